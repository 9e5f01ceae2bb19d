"""A made-up district's news site, "Đảng bộ Quận Sen Hồng", served on loopback: to try things on, and to test against.

No such district exists; people, places and events are invented. The truth about every article is known,
so what a crawl kept can be compared with what was printed.
"""

from newsarchive.demo.site import DemoSite, Response, answering, profile_toml, serve

__all__ = ["DemoSite", "Response", "answering", "profile_toml", "serve"]
