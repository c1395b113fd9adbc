from monitor.daemon.switch import EVERY_S, TRIES, Switch


def switch(
    taken: bool = True, address: str | None = "https://ping.invalid/id/"
) -> tuple[Switch, list[str], list[float]]:
    sent: list[str] = []
    clock = [0.0]

    def post(url: str, timeout_s: float) -> bool:
        sent.append(url)
        return taken

    return Switch(post=post, address=lambda: address, monotonic=lambda: clock[0]), sent, clock


def test_good_ticks_ping_at_most_once_a_minute() -> None:
    one, sent, clock = switch()
    one.started()
    for _ in range(5):
        one.ticked(good=True)
    clock[0] += EVERY_S
    one.ticked(good=True)
    assert sent == [f"https://ping.invalid/id{kind}" for kind in ("/start", "", "")]


def test_a_service_that_is_not_well_says_so_once_and_pings_again_when_it_is() -> None:
    one, sent, clock = switch()
    for good in (True, False, False, True):
        one.ticked(good=good)
        clock[0] += 2 * EVERY_S
    assert [url.removeprefix("https://ping.invalid/id") for url in sent] == ["", "/fail", ""]


def test_a_ping_that_is_not_taken_is_tried_three_times_and_again_at_the_next_tick() -> None:
    one, sent, _ = switch(taken=False)
    assert [one.ticked(good=True), one.ticked(good=True)] == [False, False]
    assert len(sent) == 2 * TRIES


def test_without_an_address_nobody_is_asked() -> None:
    one, sent, _ = switch(address=None)
    assert (one.started(), one.ticked(good=False), sent) == (None, None, [])
