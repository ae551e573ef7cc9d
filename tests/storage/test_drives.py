"""A workshop on a network share is refused; any disk of the computer is not."""

from pathlib import Path

import pytest

from pegboard.storage.drives import NETWORK_FILE_SYSTEMS, file_system_of, is_on_network

MOUNTS = """\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:26 / /tmp rw,nosuid - tmpfs tmpfs rw
41 22 0:40 / /mnt/office\\040share rw,relatime - cifs //server/office rw
42 22 0:41 / /mnt rw,relatime - ext4 /dev/vdb rw
43 22 0:42 / /srv/shop rw,relatime shared:3 - nfs4 server:/shop rw
44 22 0:43 / /srv/shop rw,relatime shared:3 - xfs /dev/vdc rw
broken line
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/shop.pegboard", "ext4"),
        ("/tmp/shop.pegboard", "tmpfs"),
        ("/tmpfiles/shop.pegboard", "ext4"),
        ("/mnt/office share/shop.pegboard", "cifs"),
        ("/mnt/usb/shop.pegboard", "ext4"),
        ("/srv/shop/shop.pegboard", "xfs"),
    ],
)
def test_the_drive_of_a_file_is_the_nearest_mount_above_it(path: str, kind: str) -> None:
    assert file_system_of(Path(path), MOUNTS) == kind


def test_a_share_is_a_network_drive() -> None:
    assert file_system_of(Path("/mnt/office share/shop.pegboard"), MOUNTS) in NETWORK_FILE_SYSTEMS


def test_the_folder_of_this_test_is_none(tmp_path: Path) -> None:
    assert not is_on_network(tmp_path / "shop.pegboard")
