"""A view's revision is raised when its code changes what its rows are, and only then."""

from tests.architecture.view_revisions import code_digest, found, kept

ADVICE = (
    "the code of a view changed: raise its revision if the same events give other rows now,"
    " then run `python -m tests.architecture.view_revisions`"
)


def test_a_view_whose_code_changed_is_looked_at() -> None:
    assert found() == kept(), ADVICE


def test_a_changed_comment_is_no_change() -> None:
    plain = code_digest("def rows(x: int) -> int:\n    return x + 1\n")
    worded = (
        '"""About."""\n\n\ndef rows(x: int) -> int:\n    """Give."""\n    # why\n    return x + 1\n'
    )
    assert code_digest(worded) == plain


def test_other_code_is_a_change() -> None:
    """The control arm: a digest that sees nothing would agree with everything."""
    assert code_digest("def rows(x):\n    return x + 1\n") != code_digest(
        "def rows(x):\n    return x + 2\n"
    )
