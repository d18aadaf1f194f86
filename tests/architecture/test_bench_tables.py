"""The figures in the READMEs are those that were measured last."""

from pathlib import Path

import pytest

from bench import table


@pytest.mark.parametrize("page", table.PAGES, ids=lambda page: page.name)
def test_a_page_shows_the_results(page: Path) -> None:
    assert page.read_text(encoding="utf-8") == table.rendered(page), "run python -m bench.table"
