"""Windows of the hall: the settings of one machine, or, with several, what the hall agreed on."""

from __future__ import annotations

import logging
from dataclasses import replace

from kiosk.services.furnish import apply_counters, furnish
from kiosk.settings.hall import CounterSetting


def context_with(hall, *counters):
    context = hall.services.context
    return replace(context, settings=replace(context.settings, counters=counters))


def queues(hall):
    return {counter.code: counter.queues for counter in hall.services.counters.all()}


def test_machines_with_different_settings_do_not_change_the_windows_back_and_forth(hall, caplog):
    before = queues(hall)
    other = context_with(hall, CounterSetting("1", ("A",)), CounterSetting("9", ("B",)))
    caplog.set_level(logging.WARNING)
    furnish(other)
    several = bool(hall.installation.settings.store.url)
    assert queues(hall) == {**before, "1": before["1"] if several else ("A",), "9": ("B",)}
    assert ("window apply" in caplog.text) == several
    furnish(hall.services.context)
    assert queues(hall)["1"] == before["1"], "one machine follows its own settings"


def test_windows_are_changed_when_it_is_said_and_whoever_sits_there_stays(hall):
    changed = apply_counters(context_with(hall, CounterSetting("1", ("A", "G"), skills=("law",))), hall.head)
    assert changed == ("1",)
    window = next(counter for counter in hall.services.counters.all() if counter.code == "1")
    assert (window.queues, window.skills, window.staff_id) == (("A", "G"), ("law",), hall.desk.id)
    assert apply_counters(context_with(hall, CounterSetting("1", ("A", "G"), skills=("law",))), hall.head) == ()
    with hall.installation.store.read() as work:
        assert [row.actor for row in work.audit.since(0) if row.action == "counter.changed"]
