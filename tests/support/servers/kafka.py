"""A Kafka broker of one's own (KRaft, one node): made, started, killed, restarted."""

import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from confluent_kafka import KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic, OffsetSpec

from tests.support.patience import PATIENCE, until
from tests.support.servers.artifacts import KAFKA, jars, tool
from tests.support.servers.server import HOST, ServerFailedError, free_port

USER, PASSWORD = "closeknit", "a secret of the tests"
_CONF = """\
process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://127.0.0.1:{port},SASL://127.0.0.1:{sasl},CONTROLLER://127.0.0.1:{own}
advertised.listeners=PLAINTEXT://127.0.0.1:{port},SASL://127.0.0.1:{sasl}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SASL:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
controller.quorum.bootstrap.servers=127.0.0.1:{own}
sasl.enabled.mechanisms=PLAIN
listener.name.sasl.plain.sasl.jaas.config={jaas} required user_{user}="{password}";
log.dirs={home}/data
auto.create.topics.enable=false
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
log.retention.check.interval.ms=500
log.cleaner.backoff.ms=300
log.initial.task.delay.ms=500
file.delete.delay.ms=100
# Acknowledged means on disk: a broker that is killed loses nothing of it.
log.flush.interval.messages=1000
"""
_JAAS = "org.apache.kafka.common.security.plain.PlainLoginModule"


class Broker:
    """One broker and its folder.

    Args:
        home: its folder; made where it is new.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port, self.sasl_port, self._own = free_port(), free_port(), free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """HOST:PORT without security."""
        return f"{HOST}:{self.port}"

    @property
    def sasl_address(self) -> str:
        """HOST:PORT where SASL PLAIN is wanted."""
        return f"{HOST}:{self.sasl_port}"

    def start(self) -> "Broker":
        """Start it and wait until it answers."""
        if not self.home.exists():
            self._make()
        with (self.home / "console.log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *self._java("-Xms256m", "-Xmx512m", "-XX:TieredStopAtLevel=1"),
                    "kafka.Kafka",
                    str(self.home / "server.properties"),
                ],
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._wait()
        return self

    @property
    def pid(self) -> int:
        """Of the running process."""
        assert self._process is not None, "not started"
        return self._process.pid

    def wait_dead(self) -> None:
        """Wait until somebody else has killed it."""
        assert self._process is not None, "not started"
        self._process.wait(PATIENCE)
        self._process = None

    def kill(self) -> None:
        """End it as a power cut would (-9), and wait."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(PATIENCE)
            self._process = None

    def remove(self) -> None:
        """End it and delete its folder."""
        self.kill()
        shutil.rmtree(self.home, ignore_errors=True)

    def admin(self) -> AdminClient:
        """A client that may do everything."""
        return AdminClient({"bootstrap.servers": self.address, "log_level": 0})

    def make_topic(
        self, name: str, partitions: int = 1, config: Mapping[str, str] | None = None
    ) -> str:
        """Make a topic and wait until it is there; its name."""
        topic = NewTopic(name, partitions, 1, config=dict(config or {}))
        admin = self.admin()
        admin.create_topics([topic])[name].result(PATIENCE)
        return name

    def delete_topic(self, name: str) -> None:
        """Delete a topic and wait until it is gone."""
        admin = self.admin()
        admin.delete_topics([name])[name].result(PATIENCE)
        until(lambda: name not in admin.list_topics(timeout=PATIENCE).topics)

    def delete_before(self, name: str, offset: int) -> None:
        """Delete the messages of the first partition before an offset."""
        admin, place = self.admin(), TopicPartition(name, 0, offset)
        admin.delete_records([place])[place].result(PATIENCE)

    def end_of(self, name: str) -> int:
        """Offset that the next message of the first partition will have."""
        admin, place = self.admin(), TopicPartition(name, 0)
        answer = admin.list_offsets({place: OffsetSpec.latest()})
        return answer[place].result(PATIENCE).offset

    def _make(self) -> None:
        self.home.mkdir(parents=True)
        conf = self.home / "server.properties"
        text = _CONF.format(
            port=self.port, sasl=self.sasl_port, own=self._own, home=self.home,
            jaas=_JAAS, user=USER, password=PASSWORD,
        )  # fmt: skip
        conf.write_text(text)
        tool_command = ["kafka.tools.StorageTool", "format", "--standalone"]
        subprocess.run(
            [
                *self._java("-XX:TieredStopAtLevel=1"),
                *tool_command,
                *("-t", "MkU3OEVBNTcwNTJENDM2Qg", "-c", str(conf)),
            ],
            check=True,
            capture_output=True,
        )

    def _java(self, *options: str) -> list[str]:
        quiet = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"
        return [tool("java"), *options, quiet, "-cp", f"{jars(KAFKA)}/*"]

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE
        while not self._answers():
            assert self._process is not None
            if self._process.poll() is not None or time.monotonic() > until:
                self.kill()
                log = (self.home / "console.log").read_text()[-2_000:]
                raise ServerFailedError(f"{self.home}: {log}")

    def _answers(self) -> bool:
        try:
            self.admin().list_topics(timeout=0.5)
        except KafkaException:
            return False
        return True
