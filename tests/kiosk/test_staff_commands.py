"""The command staff as an administrator meets it: a centre gets its first clerk, and nothing secret is ever shown."""

from __future__ import annotations

import argparse
import io
import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import AccessError, InputError
from kiosk.installation import open_installation
from kiosk.model.staff import Post, Role, StaffMember
from kiosk.services.accounts import LOGIN
from kiosk.staff_commands import add_commands, read_password

Run = Callable[..., int]
PASSWORD = "a quiet desk lamp"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers())

    def call(*words: str, password: str = PASSWORD) -> int:
        monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))
        args = parser.parse_args(["staff", *words])
        args.profile = tmp_path / "profile"
        code = args.run(args)
        assert isinstance(code, int)
        return code

    return call


@pytest.fixture
def lin(run: Run) -> Run:
    """The command, after a clerk was added."""
    run("add", "lin", "--name", "林演示", "--role", "desk", "--role", "reviewer", "--post", "acceptance",
        "--password-stdin")  # fmt: skip
    return run


def sign_in(tmp_path: Path, login: str = "lin", password: str = PASSWORD) -> StaffMember:
    with closing(open_installation(tmp_path / "profile")) as installation:
        return installation.services.staff.sign_in(login, password)


def test_a_new_clerk_can_sign_in(tmp_path: Path, lin: Run) -> None:
    member = sign_in(tmp_path)
    assert member.roles == {Role.DESK, Role.REVIEWER} and member.posts == {Post.ACCEPTANCE}


def test_neither_name_nor_password_is_shown_or_audited(
    tmp_path: Path, lin: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    lin("list")
    lin("list", "--json")
    with closing(open_installation(tmp_path / "profile")) as installation, installation.store.read() as work:
        kept = work.audit.since(0)
    said = capsys.readouterr()
    assert [row.action for row in kept] == ["staff.added"]
    for text in (said.out, said.err, repr(kept)):
        assert "林" not in text and PASSWORD not in text


def test_a_new_password_replaces_the_old_one_and_lifts_the_lock(tmp_path: Path, lin: Run) -> None:
    for _ in range(5):
        with pytest.raises(AccessError):
            sign_in(tmp_path, password="wrong wrong")
    with pytest.raises(AccessError):
        sign_in(tmp_path)
    assert lin("set-password", "lin", "--password-stdin", password="another long one") == 0
    assert sign_in(tmp_path, password="another long one").login == "lin"


def test_a_deactivated_clerk_cannot_sign_in_until_activated(
    tmp_path: Path, lin: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    lin("deactivate", "lin")
    with pytest.raises(AccessError) as caught:
        sign_in(tmp_path)
    assert caught.value.code == "sign_in_failed"
    capsys.readouterr()
    lin("list", "--json")
    assert json.loads(capsys.readouterr().out)[0]["active"] is False
    lin("activate", "lin")
    assert sign_in(tmp_path).active


def test_roles_are_replaced_as_a_whole(tmp_path: Path, lin: Run) -> None:
    lin("set-roles", "lin", "--role", "head")
    member = sign_in(tmp_path)
    assert (member.roles, member.posts) == ({Role.HEAD}, frozenset())


@pytest.mark.parametrize(
    ("words", "password", "code"),
    [
        (("add", "lin", "--name", "x", "--role", "desk"), PASSWORD, "login_taken"),
        (("add", "Zhao Yi", "--name", "x", "--role", "desk"), PASSWORD, "login_form"),
        (("add", "zhao", "--name", " ", "--role", "desk"), PASSWORD, "name_missing"),
        (("add", "zhao", "--name", "x", "--role", "desk"), "short", "password_form"),
        (("add", "zhao-sample", "--name", "x", "--role", "desk"), "Zhao-Sample", "password_form"),
        (("add", "zhao", "--name", "x", "--role", "desk"), "x" * 129, "password_form"),
        (("set-password", "nobody"), PASSWORD, "login_unknown"),
    ],
)
def test_what_cannot_be_used_is_named_and_nothing_changes(
    tmp_path: Path, lin: Run, words: tuple[str, ...], password: str, code: str
) -> None:
    with pytest.raises(InputError) as caught:
        lin(*words, "--password-stdin", password=password)
    assert caught.value.code == code and caught.value.remedy
    with closing(open_installation(tmp_path / "profile")) as installation, installation.store.read() as work:
        assert [member.login for member in work.staff.all()] == ["lin"]


def test_the_employees_own_role_is_no_role_of_the_staff(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run("add", "lin", "--name", "x", "--role", "employee", "--password-stdin")
    assert "invalid choice" in capsys.readouterr().err


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("typed", "works"), [(("same", "same"), True), (("one", "other"), False)])
def test_a_new_password_is_typed_twice(monkeypatch: pytest.MonkeyPatch, typed: tuple[str, ...], works: bool) -> None:
    answers = iter(typed)
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("getpass.getpass", lambda _prompt: next(answers))
    args = argparse.Namespace(password_stdin=False)
    if works:
        assert read_password(args, new=True) == "same"
        return
    with pytest.raises(InputError) as caught:
        read_password(args, new=True)
    assert caught.value.code == "password_differs"


def test_without_a_terminal_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(InputError) as caught:
        read_password(argparse.Namespace(password_stdin=False), new=False)
    assert "--password-stdin" in caught.value.remedy


@given(st.text(max_size=40))
def test_a_login_is_safe_to_print_anywhere(text: str) -> None:
    if LOGIN.fullmatch(text):
        assert text.isascii() and text == text.lower().strip() and 2 <= len(text) <= 32
