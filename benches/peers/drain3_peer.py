"""drain3 as it comes: reads messages, a line each, from standard input, and prints the group of each."""

import sys
import time

from drain3 import TemplateMiner
from drain3.template_miner_config import TemplateMinerConfig

messages = sys.stdin.read().split("\n")[:-1]
miner = TemplateMiner(config=TemplateMinerConfig())
started = time.process_time()
groups = [miner.add_log_message(message)["cluster_id"] for message in messages]
took = time.process_time() - started
for group in groups:
    print(group)
print(f"seconds {took}")
