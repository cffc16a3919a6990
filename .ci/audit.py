"""Known vulnerabilities of the packages that are installed, by their locks: ``make audit``.

The status is 1 if there is one. Where no advisories can be had, nothing is known of that, and it is said.
"""

import json
import subprocess
import sys
from pathlib import Path

LOCK = Path(__file__).parents[1] / "requirements-dev.txt"


def main() -> int:
    """Ask, and say what was told."""
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--progress-spinner", "off"]
    try:
        done = subprocess.run(
            [*command, "--format", "json", "--requirement", str(LOCK)],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        audited = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError) as error:
        print(f"Nothing was audited: no advisories can be had here ({type(error).__name__}).")
        return 0
    known = [each for each in audited if "vulns" in each]
    for each in known:
        for found in each["vulns"]:
            mended = ", ".join(found["fix_versions"]) or "nothing yet"
            print(f"{each['name']} {each['version']}: {found['id']}, mended by {mended}")
    if not known:
        print("Nothing was audited: no advisories can be had here.")
    else:
        print(f"{len(known)} of {len(audited)} packages were audited.")
    return int(any(each["vulns"] for each in known))


if __name__ == "__main__":
    sys.exit(main())
