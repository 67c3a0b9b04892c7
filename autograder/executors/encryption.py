"""Who may talk to whom on a cluster: those with a certificate, and on one machine its users."""

from __future__ import annotations

from contextlib import suppress
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from distributed.security import Security

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["security"]

ROLES = ("client", "worker")


def security(
    address: str, ca: Path | None = None, cert: Path | None = None, key: Path | None = None
) -> Security:
    """Return how to talk to the scheduler at `address`.

    Parameters
    ----------
    address : str
        ``tls://host:port``; ``tcp://`` to this machine alone.
    ca, cert, key : Path, optional
        PEM files: who signed the certificates of the cluster, and our own certificate with its
        key.  What is not given is taken from dask's own configuration.

    Raises
    ------
    ValueError
        If the address is none, would be talked to in the clear, or the certificates are no good.

    Examples
    --------
    >>> security("tcp://127.0.0.1:8786").require_encryption
    False
    """
    scheme, host = _parts(address)
    if scheme == "tcp":
        if not _on_this_machine(host):
            msg = (
                f"{address} is not encrypted: whoever is on the way reads submissions and runs "
                f"programs on the workers; use {address.replace('tcp', 'tls', 1)} with --tls-ca, "
                "--tls-cert and --tls-key"
            )
            raise ValueError(msg)
        return Security(require_encryption=False)
    return _encrypted(ca, cert, key)


def _parts(address: str) -> tuple[str, str]:
    with suppress(ValueError):
        parts = urlsplit(address)
        if parts.scheme in ("tls", "tcp") and parts.hostname and parts.port:
            return parts.scheme, parts.hostname
    msg = f"{address!r} is no address of a scheduler: it must look like tls://HOST:PORT"
    raise ValueError(msg)


def _on_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _encrypted(ca: Path | None, cert: Path | None, key: Path | None) -> Security:
    own = {"cert": cert, "key": key}
    given = {
        f"tls_{role}_{what}": str(path) for role in ROLES for what, path in own.items() if path
    }
    authority = {"tls_ca_file": str(ca)} if ca else {}
    found = Security(require_encryption=True, **authority, **given)
    used = {role: found.get_tls_config_for_role(role) for role in ROLES}
    if not all(files["ca_file"] and files["cert"] for files in used.values()):
        msg = (
            "tls:// needs certificates: give --tls-ca, --tls-cert and --tls-key, "
            "or set distributed.comm.tls in dask's configuration"
        )
        raise ValueError(msg)
    try:
        found.get_connection_args("client")
    except OSError as error:
        files = ", ".join(filter(None, used["client"].values()))
        msg = f"the certificates cannot be used: {error} ({files})"
        raise ValueError(msg) from error
    return found
