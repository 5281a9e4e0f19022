"""An example or two of each command, shown below its help."""

EXAMPLES = """\
closeknit demo --no-serve
closeknit town --out street --people 300
closeknit ingest feeds
closeknit ingest customers.csv --map map.toml --preview 5
closeknit sources
closeknit watch /var/log/shop --every 5
closeknit consume --topic web --brokers kafka:9092 --until-end
closeknit resolve
closeknit resolve --incremental --watch
closeknit resolve --table people.csv --map map.toml --out clean.csv
closeknit score
closeknit find 067-123-45-67
closeknit find koval
closeknit show 4ecddfe2f27459e08af13d6aa9a32c74 --sources
closeknit lookup 067-123-45-67 --json
closeknit changes --since 120
closeknit review --by olha
closeknit decide crm:c-1 shop:c-2 --same --why "showed both cards"
closeknit decide --file decided.csv
closeknit merge crm:c-1 crm:c-3 --why "one customer, two cards"
closeknit split crm:c-1 --records crm:c-3 --why "father and daughter"
closeknit erase crm:c-1 --party --dry-run
closeknit erase crm:c-1 --party --why "letter of 3 May" --yes --json
closeknit explain crm:c-1 shop:c-2
closeknit explain crm:c-1
closeknit query 'MATCH (p:Party) RETURN count(p)'
closeknit stats --store sqlite:///customers.db
closeknit hash --json
closeknit export --out exported
closeknit import exported --store sqlite:///other.db
closeknit migrate
closeknit renormalize --dry-run
closeknit backup monday.backup
closeknit restore monday.backup --tombstones-of sqlite:///customers.db
closeknit serve --port 8000
closeknit doctor --deep
closeknit index --show
closeknit eval identity --table people.csv --map map.toml --clusters truth.csv
closeknit eval names --pairs pairs.csv
closeknit eval lookup --town street
closeknit eval review --table people.csv --map map.toml --clusters truth.csv
closeknit eval increments --table people.csv --map map.toml --clusters truth.csv
closeknit rejects list --feed web
closeknit rejects show web:1f00c2d9a4b1e6f3 --limit 3
closeknit rejects export --out rejects.jsonl
closeknit rejects replay --reason encoding --encoding cp1251
closeknit rejects purge --older-than 90 --yes
closeknit decisions list --limit 10
closeknit decisions withdraw 4ecddfe2f27459e08af13d6aa9a32c74 --why mistaken
closeknit models list
closeknit models show 4ecddfe2f27459e08af13d6aa9a32c74
closeknit models activate 4ecddfe2f27459e08af13d6aa9a32c74
""".splitlines()


def examples_of(command: str) -> list[str]:
    """The examples of a command that is called by these words."""
    words = command.split()
    return [one for one in EXAMPLES if one.split()[1 : len(words) + 1] == words]


def below(command: str) -> str | None:
    """The examples of a command as the paragraphs below its help; None without any."""
    found = examples_of(command)
    return "\n\n".join(["For example:", *found]) if found else None
