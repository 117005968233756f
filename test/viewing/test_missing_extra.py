"""The viewer without rerun."""

import subprocess
import sys


def test_the_viewer_without_rerun_names_the_extra():
    program = (
        "import sys; sys.modules['rerun'] = None\n"
        "from emgsim_ros.errors import MissingExtra\n"
        "try:\n"
        "    import emgsim_ros.viewing.page\n"
        "except MissingExtra as error:\n"
        "    print(error)\n"
    )
    printed = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True).stdout
    assert "the viewer needs the package rerun-sdk" in printed and "'emgsim-ros[view]'" in printed
