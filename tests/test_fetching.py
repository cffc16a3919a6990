"""Fetching pages: which hosts are contacted, and how much is read. A real local server answers."""

import gzip
import shutil
import socket
import ssl
import subprocess
import threading
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.errors import GoneError, SourceError
from embeddings.fetching.addresses import is_public, normalised, open_internet
from embeddings.fetching.fetch import Limits
from embeddings.fetching.network import Deadline, Guard
from embeddings.fetching.pages import Validators
from embeddings.fetching.politeness import Manners, Rules
from tests.web import Handler, Reply, Web, serving, visitor

PAGE = b"<html><body><p>The pool opens at seven.</p></body></html>"


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as found:
        found.pages["/"] = Reply(PAGE)
        yield found


# Addresses


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("HTTPS://Example.COM", "https://example.com/"),
        ("https://example.com:443/a", "https://example.com/a"),
        ("http://example.com:8080/a", "http://example.com:8080/a"),
        ("https://example.com./a#part", "https://example.com/a"),
        ("https://example.com/a?utm_source=x&b=2&a=1&fbclid=3", "https://example.com/a?b=2&a=1"),
        ("https://example.com/a?UTM_Medium=x", "https://example.com/a"),
        ("https://example.com/a?id=7&ref=home", "https://example.com/a?id=7&ref=home"),
        ("https://münchen.example/straße?q=ü", "https://xn--mnchen-3ya.example/stra%C3%9Fe?q=%C3%BC"),
        ("https://example.com/a%20b c", "https://example.com/a%20b%20c"),
        ("http://①②⑦.⓪.⓪.①/", "http://127.0.0.1/"),
        ("http://[::1]:8080/", "http://[::1]:8080/"),
    ],
)
def test_an_address_has_one_form(given: str, expected: str) -> None:
    assert normalised(given) == expected
    assert normalised(expected) == expected


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "gopher://example.com/",
        "ftp://example.com/",
        "javascript://example.com/%0aalert(1)",
        "http://",
        "http:///path",
        "http://exa mple.com/",
        "http://example.com:99999/",
        "http://[::1/",
        "http://[fe80::1%25eth0]/",
        "http://example.com\\@127.0.0.1/",
        "http://exam%70le.com/",
        "http://example.com/\r\nHost: other",
        "http://" + "a" * 5000,
        "http://example.com/\udcff",
        "http://example.com/?q=\ud83d",
        "http://exam\udcffple.com/",
    ],
)
def test_what_is_no_web_address_is_refused(address: str) -> None:
    with pytest.raises(SourceError):
        normalised(address)


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(SourceError, match="user name or password") as refused:
        normalised("https://reader:hunter2@example.com/")
    assert "hunter2" not in str(refused.value)
    assert "reader" not in str(refused.value)


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    try:
        once = normalised(f"http://{text}")
    except SourceError:
        return
    assert normalised(once) == once


@pytest.mark.parametrize(
    "address",
    """0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.8 192.0.2.1 192.88.99.1
    192.168.1.1 198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255 :: ::1 ::127.0.0.1 ::ffff:10.0.0.1
    ::ffff:127.0.0.1 ::ffff:7f00:1 64:ff9b::7f00:1 64:ff9b::10.0.0.1 64:ff9b:1::1 100::1 2001::1 2001:0:7f00:1::1 2001:db8::1
    2002:7f00:1:: 2002:a00:1::1 3fff::1 5f00::1 fc00::1 fd12:3456::1 fe80::1 fe80::1%eth0 fec0::1 ff02::1 not-an-address""".split(),
)
def test_addresses_that_are_not_of_the_open_internet(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", "1.1.1.1 93.184.216.34 172.32.0.1 2606:4700::1111 ::ffff:1.1.1.1 64:ff9b::101:101".split()
)
def test_addresses_of_the_open_internet(address: str) -> None:
    assert is_public(address)


# Hosts


@pytest.mark.parametrize(
    "host",
    """127.0.0.1 localhost 0.0.0.0 0 2130706433 0x7f000001 0177.0.0.1 127.1 [::1] [::] [::ffff:127.0.0.1] [::ffff:7f00:1]
    ①②⑦.⓪.⓪.① 127.0.0.1.""".split(),
)
def test_no_spelling_of_this_machine_is_asked(web: Web, host: str) -> None:
    # The port is allowed, so the refusal is because of the address.
    with pytest.raises(SourceError, match="private network"):
        visitor(policy=open_internet).fetch(f"http://{host}:8080/")
    port = web.address.rpartition(":")[2]
    with pytest.raises(SourceError):
        visitor(policy=open_internet).fetch(f"http://{host}:{port}/")
    assert web.asked == []


def test_a_port_of_other_services_is_not_asked() -> None:
    with pytest.raises(SourceError, match="port 22, and only 80, 443, 8080, 8443 are read unless the host allows that"):
        visitor(policy=open_internet, resolver=lambda host, port: ["1.1.1.1"]).fetch("http://example.com:22/")


@pytest.mark.parametrize("addresses", [["1.1.1.1", "127.0.0.1"], ["10.0.0.1", "1.1.1.1"], ["2606:4700::1111", "::1"]])
def test_a_name_with_public_and_private_addresses_is_not_asked(addresses: list[str]) -> None:
    with pytest.raises(SourceError, match="private network"):
        visitor(policy=open_internet, resolver=lambda host, port: addresses).fetch("http://example.com/")


def test_the_very_address_that_was_checked_is_connected_to(web: Web) -> None:
    """DNS rebinding is impossible: the name is not resolved again between the check and the connection."""
    port = int(web.address.rpartition(":")[2])
    answers = iter([["127.0.0.1"], ["127.0.0.2"]])
    checked: list[str] = []
    guard = Guard(lambda host, port: next(answers), lambda address, port: checked.append(address), Deadline(20))
    with closing(guard.connect_tcp("rebinding.example", port)) as stream:
        assert checked == ["127.0.0.1"]
        assert stream.get_extra_info("server_addr")[0] == "127.0.0.1"
    assert next(answers) == ["127.0.0.2"]


def test_the_host_is_named_to_the_server_as_it_was_given(web: Web) -> None:
    port = web.address.rpartition(":")[2]
    visitor(resolver=lambda host, port: ["127.0.0.1"]).fetch(f"http://Some.example:{port}/")
    assert {headers["host"] for _, headers in web.asked} == {f"some.example:{port}"}


def test_a_name_that_becomes_private_is_refused_when_it_does() -> None:
    answers = iter([["127.0.0.1"]])
    with pytest.raises(SourceError, match="private network"):
        visitor(policy=open_internet, resolver=lambda host, port: next(answers)).fetch("http://rebinding.example/")


def test_each_redirect_is_checked_where_it_leads(web: Web) -> None:
    """127.0.0.2 stands for a private network here; the page that redirects to it may be read."""
    port = web.address.rpartition(":")[2]
    web.pages["/"] = Reply(status=302, headers={"Location": f"http://inner.example:{port}/secret"})
    web.pages["/secret"] = Reply(b"secret")

    def policy(address: str, port: int) -> str | None:
        return "it is private" if address == "127.0.0.2" else None

    def resolver(host: str, port: int) -> list[str]:
        return ["127.0.0.2"] if host == "inner.example" else ["127.0.0.1"]

    with pytest.raises(SourceError, match="it is private"):
        visitor(policy=policy, resolver=resolver).fetch(f"http://outer.example:{port}/")
    assert web.paths == ["/"]


def test_an_unknown_host_is_told() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror

    with pytest.raises(SourceError, match=r"nowhere\.example is not known"):
        visitor(resolver=unknown).fetch("http://nowhere.example/")


# Content


def test_a_page_comes_with_what_the_server_said_of_it(web: Web) -> None:
    web.pages["/a"] = Reply(PAGE, headers={"ETag": '"1"', "Last-Modified": "Mon, 23 Nov 2026 10:00:00 GMT"})
    page = visitor().fetch(f"{web.address}/a?utm_source=mail#top")
    assert page is not None
    assert (page.url, page.media_type, page.charset, page.data) == (f"{web.address}/a", "text/html", "utf-8", PAGE)
    assert page.validators == Validators('"1"', "Mon, 23 Nov 2026 10:00:00 GMT")
    agent = web.asked[-1][1]["user-agent"]
    assert agent.startswith("Pullquote/")
    assert "cookie" not in web.asked[-1][1]


@pytest.mark.parametrize("charset", ["charset*=a; charset*0=b", f"charset*{'1' * 5000}=a"])
def test_an_encoding_that_is_named_in_no_sane_way_is_as_good_as_none(web: Web, charset: str) -> None:
    web.pages["/"] = Reply(PAGE, headers={"Content-Type": f"Text/HTML; {charset}"})
    page = visitor().fetch(web.address)
    assert page is not None
    assert (page.media_type, page.charset, page.data) == ("text/html", None, PAGE)


def test_a_page_that_has_not_changed_is_not_sent_again(web: Web) -> None:
    def conditional(handler: Handler) -> Reply:
        same = handler.headers["If-None-Match"] == '"1"'
        return Reply(status=304) if same else Reply(PAGE, headers={"ETag": '"1"'})

    web.pages["/"] = conditional
    fetcher = visitor()
    page = fetcher.fetch(web.address)
    assert page is not None
    assert fetcher.fetch(web.address, page.validators) is None
    assert fetcher.fetch(web.address, Validators('"0"')) is not None


def test_what_cannot_be_sent_back_of_a_page_is_neither_kept_nor_sent(web: Web) -> None:
    web.pages["/"] = Reply(PAGE, headers={"ETag": '"caf\xe9"', "Last-Modified": "Mon, 23 M\xe4r 2026 10:00:00 GMT"})
    page = visitor().fetch(web.address, Validators('"caf\xe9"', "Mon, 23 M\xe4r 2026 10:00:00 GMT"))
    assert page is not None
    assert page.validators == Validators()
    assert {"if-none-match", "if-modified-since"}.isdisjoint(web.asked[-1][1])


def test_unchanged_without_having_asked_is_told(web: Web) -> None:
    web.pages["/"] = Reply(status=304)
    with pytest.raises(SourceError, match="304"):
        visitor().fetch(web.address)


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("gzip", lambda data: gzip.compress(data[:9]) + gzip.compress(data[9:])),
    ],
)
def test_packed_pages_are_unpacked(web: Web, encoding: str, pack) -> None:  # type: ignore[no-untyped-def]
    web.pages["/"] = Reply(pack(PAGE), headers={"Content-Encoding": encoding})
    page = visitor().fetch(web.address)
    assert page is not None
    assert page.data == PAGE


def test_a_server_that_takes_deflate_for_the_bare_format_is_read(web: Web) -> None:
    def packing(handler: Handler) -> Reply:
        if "deflate" not in handler.headers["Accept-Encoding"]:
            return Reply(PAGE)
        return Reply(zlib.compress(PAGE, wbits=-zlib.MAX_WBITS), headers={"Content-Encoding": "deflate"})

    web.pages["/"] = packing
    page = visitor().fetch(web.address)
    assert page is not None
    assert page.data == PAGE


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone_is_told_apart(web: Web, status: int) -> None:
    web.pages["/"] = Reply(status=status)
    with pytest.raises(GoneError, match=str(status)):
        visitor().fetch(web.address)


@pytest.mark.parametrize(
    ("status", "advice"),
    [(401, "save the page"), (403, "save the page"), (429, "later"), (503, "later"), (418, "no page")],
)
def test_refusals_say_what_to_do(web: Web, status: int, advice: str) -> None:
    web.pages["/"] = Reply(status=status)
    with pytest.raises(SourceError, match=advice) as refused:
        visitor().fetch(web.address)
    assert not isinstance(refused.value, GoneError)


# Limits

SMALL = Limits(seconds=20, size=100_000)


def endless(handler: Handler) -> None:
    while True:
        handler.wfile.write(b"x" * 10_000)


def test_an_endless_page_is_left(web: Web) -> None:
    web.pages["/"] = Reply(write=endless)
    with pytest.raises(SourceError, match=r"more than 0\.1 MB"):
        visitor(limits=SMALL).fetch(web.address)


def test_a_page_that_says_it_is_too_large_is_not_read(web: Web) -> None:
    web.pages["/"] = Reply(headers={"Content-Length": "100001"}, write=lambda handler: None)
    with pytest.raises(SourceError, match=r"more than 0\.1 MB"):
        visitor(limits=SMALL).fetch(web.address)


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_a_bomb_does_not_unfold(web: Web, pack) -> None:  # type: ignore[no-untyped-def]
    bomb = pack(b"\0" * 50_000_000)
    assert len(bomb) < SMALL.size
    web.pages["/"] = Reply(bomb, headers={"Content-Encoding": "gzip"})
    with pytest.raises(SourceError, match=r"more than 0\.1 MB"):
        visitor(limits=SMALL).fetch(web.address)


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"no gzip", {"Content-Encoding": "gzip"}),
        (gzip.compress(PAGE)[:-12], {"Content-Encoding": "gzip"}),
        (PAGE, {"Content-Encoding": "br"}),
        (PAGE, {"Content-Encoding": "gzip, gzip"}),
        (PAGE, {"Content-Length": "1000", "Connection": "close"}),
    ],
)
def test_what_arrives_broken_is_told(web: Web, body: bytes, headers: dict[str, str]) -> None:
    def send(handler: Handler) -> None:
        handler.wfile.write(body)

    web.pages["/"] = Reply(headers=headers, write=send)
    with pytest.raises(SourceError):
        visitor().fetch(web.address)


def test_a_slow_page_is_left_when_the_time_is_over(web: Web) -> None:
    """Each byte arrives in time, but the whole would not; each read waits at most for the rest of the total time."""

    def drip(handler: Handler) -> None:
        while not web.closing.wait(0.02):
            handler.wfile.write(b"x")

    web.pages["/"] = Reply(write=drip)
    with pytest.raises(SourceError, match=r"within 0\.5 seconds"):
        visitor(limits=Limits(seconds=0.5)).fetch(web.address)


def test_a_server_that_never_answers_is_left() -> None:
    silent = socket.create_server(("127.0.0.1", 0))
    with closing(silent), pytest.raises(SourceError, match=r"within 0\.3 seconds"):
        visitor(limits=Limits(seconds=0.3)).fetch(f"http://127.0.0.1:{silent.getsockname()[1]}/")


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 50_000])
def test_a_server_that_does_not_speak_http_is_told(answer: bytes) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        with pytest.raises(SourceError, match="broke off"):
            visitor().fetch(f"http://127.0.0.1:{server.getsockname()[1]}/")
        thread.join()


def test_no_connection_and_no_secure_connection_are_told(web: Web) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(SourceError, match="no connection"):
        visitor().fetch(f"http://127.0.0.1:{port}/")
    with pytest.raises(SourceError, match="no secure connection"):
        visitor().fetch(web.address.replace("http:", "https:"))


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """An untrusted certificate for pool.example, with its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("there is no openssl to make a certificate with")
    file = tmp_path / "pool.pem"
    subject = ["-subj", "/CN=pool.example", "-addext", "subjectAltName=DNS:pool.example"]
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc", "-keyout", str(file)]
    subprocess.run(
        [openssl, "req", "-x509", *key, "-out", str(tmp_path / "certificate"), *subject],
        check=True,
        capture_output=True,
    )
    file.write_bytes(file.read_bytes() + (tmp_path / "certificate").read_bytes())
    return file


def test_a_certificate_is_checked_against_the_name_and_not_the_address(certificate: Path) -> None:
    speaks = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    speaks.load_cert_chain(certificate)
    with serving(speaks) as web:
        web.pages["/"] = Reply(PAGE)
        port = web.address.rpartition(":")[2]
        fetcher = visitor(resolver=lambda host, port: ["127.0.0.1"])
        with pytest.raises(SourceError, match=r"no secure connection can be made \(self-signed certificate\)"):
            fetcher.fetch(f"https://pool.example:{port}/")
        fetcher.tls = lambda: ssl.create_default_context(cafile=str(certificate))
        page = fetcher.fetch(f"https://pool.example:{port}/")
        assert page is not None
        assert page.data == PAGE
        with pytest.raises(SourceError, match="no secure connection"):
            fetcher.fetch(f"https://other.example:{port}/")


# Redirects


def test_redirects_are_followed(web: Web) -> None:
    web.pages["/"] = Reply(PAGE)
    web.pages["/old"] = Reply(status=301, headers={"Location": "older"})
    web.pages["/older"] = Reply(status=308, headers={"Location": f"{web.address}/?utm_source=old"})
    page = visitor().fetch(f"{web.address}/old")
    assert page is not None
    assert (page.url, page.data) == (f"{web.address}/", PAGE)


@pytest.mark.parametrize("written", [b"/\xc3\xbcber", b"/\xfcber", b"/%C3%BCber"], ids=["UTF-8", "Latin-1", "escaped"])
def test_a_redirect_may_be_written_in_any_way(web: Web, written: bytes) -> None:
    web.pages["/%C3%BCber"] = Reply(PAGE)
    web.pages["/old"] = Reply(status=301, headers={"Location": written.decode("latin-1")})
    page = visitor().fetch(f"{web.address}/old")
    assert page is not None
    assert page.data == PAGE


def test_redirects_end(web: Web) -> None:
    web.pages["/circle"] = Reply(status=302, headers={"Location": "/circle"})
    with pytest.raises(SourceError, match="circle"):
        visitor().fetch(f"{web.address}/circle")
    for number in range(10):
        web.pages[f"/{number}"] = Reply(status=302, headers={"Location": f"/{number + 1}"})
    with pytest.raises(SourceError, match="more than 5 times"):
        visitor().fetch(f"{web.address}/0")
    assert "/6" not in web.paths


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "http://me:secret@127.0.0.1/", "gopher://x/", "http://[", "data:text/html,x"]
)
def test_redirects_lead_to_web_addresses_only(web: Web, location: str) -> None:
    web.pages["/"] = Reply(status=302, headers={"Location": location})
    with pytest.raises(SourceError, match="redirects to an address that is not read") as refused:
        visitor().fetch(web.address)
    assert "secret" not in str(refused.value)


# Politeness


def test_what_a_site_asks_not_to_read_is_not_read(web: Web) -> None:
    web.pages["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /private\n\nUser-agent: Pullquote\nDisallow: /mine\n")
    web.pages["/mine/a"] = web.pages["/private/a"] = web.pages["/a"] = Reply(PAGE)
    web.pages["/there"] = Reply(status=302, headers={"Location": "/mine/a"})
    fetcher = visitor()
    for path in ("/mine/a", "/there"):
        with pytest.raises(SourceError, match=r"robots\.txt"):
            fetcher.fetch(web.address + path)
    assert fetcher.fetch(f"{web.address}/private/a") is not None
    assert "/mine/a" not in web.paths
    assert [path for path, _ in web.asked].count("/robots.txt") == 1


@pytest.mark.parametrize(("status", "read"), [(404, True), (403, True), (500, False), (429, False)])
def test_a_site_without_rules_may_be_read_and_one_whose_rules_are_unknown_may_not(
    web: Web, status: int, read: bool
) -> None:
    web.pages["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /", status=status)
    if read:
        assert visitor().fetch(web.address) is not None
    else:
        with pytest.raises(SourceError, match="try again later"):
            visitor().fetch(web.address)


def test_a_host_is_asked_in_turn_and_others_meanwhile() -> None:
    waited: list[float] = []
    manners = Manners(clock=lambda: 100.0, sleep=waited.append)
    manners.rules("http://slow", lambda: Rules("User-agent: *\nCrawl-delay: 3"))
    manners.rules("http://greedy", lambda: Rules("User-agent: *\nCrawl-delay: 86400"))
    for site in ("http://slow", "http://slow", "http://other", "http://slow", "http://greedy", "http://greedy"):
        manners.wait(site)
    assert waited == [3, 6, 10]


def test_rules_are_read_again_after_a_while() -> None:
    now = [0.0]
    manners = Manners(clock=lambda: now[0])
    reads: list[float] = []

    def read() -> Rules:
        reads.append(now[0])
        return Rules("")

    for now[0] in (0, 3600, 3601, 3700):
        manners.rules("http://site", read)
    assert reads == [0, 3601]


def test_a_site_is_forgotten_once_nothing_of_it_matters() -> None:
    now = [0.0]
    manners = Manners(clock=lambda: now[0], sleep=lambda _: None)
    for number in range(100):
        manners.rules(f"http://site{number}", lambda: Rules(""))
        manners.wait(f"http://site{number}")
    assert len(manners) == 100
    now[0] = 3601
    for _ in range(3):
        manners.wait("http://site7")
    manners.rules("http://site100", lambda: Rules(""))
    assert len(manners) == 2, "the new one, and the one that others wait to ask"
