"""Ropewalk's wire format by programs that are not ours: scapy's ESP and cryptography's HKDF."""
import base64
import dataclasses
import pathlib
import struct

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.ipsec import ESP, SecurityAssociation
from scapy.layers.l2 import Ether
from scapy.packet import Raw

COPY_HEADER_BYTES = 8
ESP_PORT = 4500


@dataclasses.dataclass
class Keys:
    """Of one direction."""
    key: bytes
    salt: bytes
    spi: int
    key_id: int


def derive(key_file: pathlib.Path, sender: str, receiver: str, cipher: str = "aes-256-gcm") -> Keys:
    secret = base64.b64decode("".join(line for line in key_file.read_text().splitlines() if not line.startswith("#")))
    material = HKDF(hashes.SHA256(), 48, b"ropewalk static key 1", f"{sender}>{receiver} {cipher}".encode()).derive(
        secret)
    spi = int.from_bytes(material[36:40], "big")
    return Keys(key=material[:16 if cipher == "aes-128-gcm" else 32], salt=material[32:36],
                spi=spi if spi > 255 else spi | 0x100, key_id=int.from_bytes(material[40:48], "big"))


def association(keys: Keys, outer=None, sequence: int = 0) -> SecurityAssociation:
    return SecurityAssociation(ESP, spi=keys.spi, crypt_algo="AES-GCM", crypt_key=keys.key + keys.salt,
                               tunnel_header=outer, nat_t_header=UDP(sport=ESP_PORT, dport=ESP_PORT),
                               esn_en=True, esn=sequence >> 32)


def sealed_payload(keys: Keys, inner, sequence: int) -> bytes:
    """SPI to ICV."""
    outer = IPv6() if inner.version == 6 else IP()
    packet = association(keys, outer, sequence).encrypt(inner, seq_num=sequence & 0xFFFFFFFF,
                                                        iv=struct.pack("!Q", sequence))
    return bytes(packet[ESP])


def sealed_plaintext(keys: Keys, plaintext: bytes, sequence: int) -> bytes:
    """SPI to ICV around any plaintext, trailer included: for packets that scapy would not make."""
    spi, number = struct.pack("!L", keys.spi), struct.pack("!Q", sequence)
    sealed = AESGCM(keys.key).encrypt(keys.salt + number, plaintext, spi + number)
    return spi + number[4:] + number + sealed


def copy_header(path_id: int, path_sequence: int = 0, time_50us: int = 0) -> bytes:
    return bytes([path_id, 1]) + path_sequence.to_bytes(3, "big") + time_50us.to_bytes(3, "big")


@dataclasses.dataclass
class Copy:
    """A sealed packet as it was seen on the wire."""
    frame: Ether
    header: bytes
    esp: ESP
    sequence: int

    @property
    def outer(self):
        return self.frame.payload


def read_copy(frame: bytes, spi: int, wire: str = "ropewalk", ports=(ESP_PORT,)) -> Copy | None:
    """Nothing when the frame is not a copy with this SPI to one of these UDP ports."""
    packet = Ether(frame)
    if UDP not in packet or packet[UDP].dport not in ports:
        return None
    payload = bytes(packet[UDP].payload)[:packet[UDP].len - 8]
    header_size = COPY_HEADER_BYTES if wire == "ropewalk" else 0
    if len(payload) < header_size + 32:
        return None
    esp = ESP(payload[header_size:])
    if esp.spi != spi:
        return None
    return Copy(packet, payload[:header_size], esp, int.from_bytes(esp.data[:8], "big"))


def open_copy(copy: Copy, keys: Keys):
    """The inner packet (IP or IPv6); Raw for a control message. Raises when it does not authenticate."""
    opened = association(keys).crypt_algo.decrypt(association(keys), copy.esp, keys.key, 16, esn_en=True,
                                                  esn=copy.sequence >> 32)
    return {4: IP, 41: IPv6}.get(opened.nh, Raw)(opened.data)
