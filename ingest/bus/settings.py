"""What a user may set about Kafka: the table ``[kafka]`` of ``closeknit.toml``."""

import msgspec

from graph.errors import BadSettings

VARIABLE = "CLOSEKNIT_KAFKA_"
"""Environment variables that begin so set a property of the client each."""

_OURS = frozenset(
    {
        "bootstrap.servers",
        "group.id",
        "enable.auto.commit",
        "enable.auto.offset.store",
        "auto.offset.reset",
        "isolation.level",
        "enable.partition.eof",
        "allow.auto.create.topics",
        "enable.idempotence",
        "error_cb",
    }
)
_SECRET = ("password", "secret", "key.pem", "oauthbearer.config", "jaas")

Property = str | int | float | bool


class KafkaSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How topics are read.

    Attributes:
        brokers: HOST:PORT, several with commas between.
        dead_letters: topic that rejected messages are sent to; none when blank.
        patience_seconds: of waiting for brokers that were reached and are gone.
        commit_seconds: between two commits at most, while messages come.
        quiet_seconds: between two looks for visits that are over; one that had a
            message since the last look stays open.
        lateness_seconds: beyond the session gap until a visit is over.
        client: properties of librdkafka, for TLS and SASL above all.
    """

    brokers: str = ""
    dead_letters: str = ""
    patience_seconds: float = 300.0
    commit_seconds: float = 1.0
    quiet_seconds: float = 60.0
    lateness_seconds: float = 300.0
    client: dict[str, Property] = {}

    def __post_init__(self) -> None:
        """Refuse what cannot work.

        Raises:
            BadSettings: naming the setting.
        """
        for name in ("patience_seconds", "commit_seconds", "quiet_seconds"):
            if not 0.0 < getattr(self, name) <= _DAY:
                message = f"the setting {name} must be above 0 and at most {_DAY}"
                raise BadSettings(message)
        if not 0.0 <= self.lateness_seconds <= _DAY:
            message = f"the setting lateness_seconds must be from 0 to {_DAY}"
            raise BadSettings(message)
        if taken := sorted(_OURS & self.client.keys()):
            message = (
                f"the client's property {taken[0]} is Closeknit's own to set: "
                "take it out of [kafka.client]"
            )
            raise BadSettings(message)


_DAY = 86_400


def from_environment(
    settings: KafkaSettings, environment: dict[str, str]
) -> KafkaSettings:
    """Settings with the client's properties of the environment above them.

    ``CLOSEKNIT_KAFKA_SASL_PASSWORD`` sets ``sasl.password``, and so on.

    Raises:
        BadSettings: one of them is Closeknit's own to set.
    """
    found = {
        name.removeprefix(VARIABLE).lower().replace("_", "."): value
        for name, value in environment.items()
        if name.startswith(VARIABLE)
    }
    return msgspec.structs.replace(settings, client={**settings.client, **found})


def without_secrets(text: str, client: dict[str, Property]) -> str:
    """A text in which no secret of the client's properties stands."""
    for name, value in client.items():
        if value and any(part in name for part in _SECRET):
            text = text.replace(str(value), "***")
    return text
