"""Ropewalk's wire format by programs that are not ours: scapy, cryptography, tshark."""
