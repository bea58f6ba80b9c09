"""What the fork server of ``forked_commands`` has ready before it forks; nothing else imports this.

Great Expectations alone costs two seconds of each process that begins cold.
"""

import openpyxl  # noqa: F401
from tqdm import tqdm

import tests.integration.exercise.forked_commands  # noqa: F401
import vigie.cli.main
import vigie.operations.moving
import vigie.operations.rehearsing
import vigie.operations.stepping
import vigie.store.repository  # noqa: F401
from vigie.checks.suite import warm_up

warm_up()
# Its lock is a semaphore of the system: one of the server's own is not left behind by a kill.
tqdm.get_lock()
