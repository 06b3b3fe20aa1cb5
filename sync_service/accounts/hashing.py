"""How passwords are kept: argon2id, with the memory that OWASP recommends as the least (19 MiB, two passes).

Django's own choice takes 100 MiB a login; when a whole class logs in at eight in the morning, the school's PC would
be out of memory before it is out of time.
"""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class SchoolArgon2(Argon2PasswordHasher):
    time_cost = 2
    memory_cost = 19_456  # KiB
    parallelism = 1
