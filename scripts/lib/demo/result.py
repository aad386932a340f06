"""Prints what became of one direction of the demo's stream, and fails unless nothing was lost or came twice.

    result.py DIRECTION SENDER_JSON RECEIVER_JSON
"""
import json
import sys

direction, sender_file, receiver_file = sys.argv[1:]
try:
    sender = json.load(open(sender_file))
    receiver = json.load(open(receiver_file))
except (OSError, ValueError) as error:
    sys.exit(f"{direction}: the stream gave no result: {error}")

print(f"{direction}: sent {sender['sent']} delivered {receiver['delivered']} lost {receiver['lost']} "
      f"twice {receiver['twice']}")
if receiver["damaged"] or sender["refused"]:
    print(f"{direction}: {receiver['damaged']} damaged, {sender['refused']} refused by the kernel when sent "
          f"({sender['last_refusal']})", file=sys.stderr)
perfect = receiver["delivered"] == sender["sent"] and receiver["lost"] == receiver["twice"] == receiver["damaged"] == 0
sys.exit(0 if perfect and sender["sent"] > 0 else 1)
