from intelligence.jobs.runs.report import RunReport, Written


def report(found: dict[str, int], written: Written) -> str:
    return RunReport(
        run="1", kind="score", method="baseline", watermark=1, found=found,
        written=written,
    ).summary()  # fmt: skip


def test_one_of_a_kind_is_told_in_the_singular() -> None:
    found = {"households": 1, "parties": 1, "ties": 2, "visitors who did not buy": 1}
    assert report(found, Written(nodes=1, edges=1_000)) == (
        "1 household, 1 party, 2 ties, 1 visitor who did not buy; "
        "wrote 1 node and 1,000 edges, closed 0"
    )


def test_a_run_that_changes_nothing_says_so() -> None:
    assert report({"rings": 0}, Written()) == "0 rings; nothing has changed"
