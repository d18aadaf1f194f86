"""The ciphers that keys and texts are sealed with, behind one port: AES-256-GCM and SM4-GCM.

A row says which of them it was sealed with; one that says nothing is of AES-256-GCM.
"""

import hmac
from typing import Protocol

from cryptography.hazmat.primitives.ciphers import Cipher as Sealing
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM

__all__ = ["NONCE_BYTES", "Cipher", "cipher_named"]

NONCE_BYTES = 12
_TAG_BYTES = 16


class Cipher(Protocol):
    """Seals and opens bytes under a key of 32 bytes, bound to what they belong to."""

    def seal(self, key: bytes, nonce: bytes, plain: bytes, bound_to: bytes) -> bytes:
        """Give nonce ‖ ciphertext ‖ tag."""
        ...

    def open(self, key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
        """Give the plain bytes. Raises: InvalidTag."""
        ...


class _Aes:
    def seal(self, key: bytes, nonce: bytes, plain: bytes, bound_to: bytes) -> bytes:
        return nonce + AESGCM(key).encrypt(nonce, plain, bound_to)

    def open(self, key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to)


class _Sm4:
    """SM4 takes 16 bytes of key, so it gets 16 that follow from our 32 and serve nothing else."""

    def seal(self, key: bytes, nonce: bytes, plain: bytes, bound_to: bytes) -> bytes:
        work = Sealing(SM4(_sm4_key(key)), GCM(nonce)).encryptor()
        work.authenticate_additional_data(bound_to)
        return nonce + work.update(plain) + work.finalize() + work.tag

    def open(self, key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
        nonce, tag = sealed[:NONCE_BYTES], sealed[-_TAG_BYTES:]
        work = Sealing(SM4(_sm4_key(key)), GCM(nonce, tag)).decryptor()
        work.authenticate_additional_data(bound_to)
        return work.update(sealed[NONCE_BYTES:-_TAG_BYTES]) + work.finalize()


def _sm4_key(key: bytes) -> bytes:
    return hmac.digest(key, b"sm4", "sha256")[:16]


_CIPHERS: dict[str, Cipher] = {"aes": _Aes(), "sm4": _Sm4()}


def cipher_named(mark: str | None) -> Cipher:
    """Give the cipher of a row's mark; no mark means AES."""
    return _CIPHERS[mark or "aes"]
