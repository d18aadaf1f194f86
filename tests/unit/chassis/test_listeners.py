"""Those who listen to a part are all called, and none can harm the part or another one."""

from chassis.listeners import notify


def test_all_are_called_in_order_and_one_that_raises_harms_nobody() -> None:
    seen: list[tuple[str, int]] = []

    def broken(number: int) -> None:
        seen.append(("broken", number))
        raise ZeroDivisionError

    notify(
        [lambda number: seen.append(("first", number)), broken, lambda n: seen.append(("last", n))],
        7,
    )
    assert seen == [("first", 7), ("broken", 7), ("last", 7)]


def test_nobody_need_listen() -> None:
    notify([], 1)
