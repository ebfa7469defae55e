"""The open read-only edition: static pages that an authority can put on its web site."""

from interface.open_edition.edition import Edition, edition_files
from interface.open_edition.folder import publish, zipped

__all__ = ["Edition", "edition_files", "publish", "zipped"]
