"""``python -m benchmarks.extraction``: whole pages, ours against trafilatura, newspaper4k and readability-lxml, as
Markdown; ``--public DIR`` adds the public benchmark, ``--misses`` names what ours does not get right.
"""

from __future__ import annotations

import argparse
import platform
from pathlib import Path
from statistics import mean

from benchmarks.dates.pages import pages as dated_pages
from benchmarks.extraction import golden, public
from benchmarks.extraction.measure import Score, averages, f1, forget, read
from benchmarks.extraction.readers import Reader, Sheet, readers
from newsarchive.sites.profile import Rules


def main() -> None:
    """Measure everything in one run and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.extraction", description=__doc__)
    parser.add_argument("--public", type=Path, metavar="DIR", help="a checkout of article-extraction-benchmark")
    parser.add_argument("--misses", action="store_true", help="also list what the package does not get right")
    arguments = parser.parse_args()
    try:
        pages = public.sheets(arguments.public) if arguments.public else []
    except public.NotTheBenchmark as error:
        parser.error(str(error))
    print(f"Python {platform.python_version()}, {platform.machine()}.\n")
    print_golden(misses=arguments.misses)
    print_times()
    if pages:
        print_public(arguments.public, pages, misses=arguments.misses)
    else:
        print("The public benchmark is left out: name a checkout of it with --public DIR.")


def warm_up(found: dict[str, Reader], sheets: list[Sheet]) -> None:
    """Let every extractor load its data and compile its patterns before it is timed."""
    for reader in found.values():
        for sheet in sheets:
            try:
                reader(sheet)
            except Exception:
                continue


def print_golden(*, misses: bool) -> None:
    """The table of the golden pages."""
    pages = golden.sheets()
    found = readers(families=True)
    warm_up(found, [sheet for sheet, _ in pages[::5]])
    scores = {name: golden.judge(reader, pages) for name, reader in found.items()}
    print(f"### Golden pages ({len(pages)})\n")
    print("| | ms a page: median | mean | " + " | ".join(golden.FIELDS) + " | body F1 |")
    print("|---|---|---|" + "---|" * (len(golden.FIELDS) + 1))
    for name, score in scores.items():
        cells = " | ".join(_share(score, field) for field in golden.FIELDS)
        print(f"| {name} | {score.median:.1f} | {score.mean:.1f} | {cells} | {averages(score.bodies)[0]:.3f} |")
    print(_failures(scores))
    if misses:
        for name in [name for name in scores if name.startswith("newsarchive")]:
            for page, field, expected, answer in scores[name].misses:
                print(f"{name}\t{page}\t{field}\t{expected}\t{answer}")


def print_times() -> None:
    """The time a whole district page takes, with masthead, menus and boxes around a text of usual length; the golden
    pages are bare beside them. Each page is read once.
    """
    pages = [Sheet(page.name, page.html, page.url, Rules(), page.fetched_at, page.listing) for page in dated_pages()]
    kilobytes = mean(len(page.html) for page in pages) / 1000
    # What an extractor does with the sapo takes no time.
    found = {name: reader for name, reader in readers(families=False).items() if "sapo" not in name}
    warm_up(found, pages[::30])
    scores: dict[str, Score] = {}
    for name, reader in found.items():
        forget()
        scores[name] = Score()
        for page in pages:
            read(reader, page, scores[name])
    print(f"### Whole district pages ({len(pages)} of {kilobytes:.0f} KB)\n")
    print("| | ms a page: median | mean | mean for 34 KB |")
    print("|---|---|---|---|")
    for name, score in scores.items():
        print(f"| {name} | {score.median:.1f} | {score.mean:.1f} | {score.mean * 34 / kilobytes:.1f} |")
    print(_failures(scores))


def print_public(folder: Path, pages: list[tuple[Sheet, str]], *, misses: bool) -> None:
    """The table of the public pages, whole and by halves; ``misses`` looks at the half developed on alone."""
    found = readers(families=False)
    scorer = public.scorer(folder)
    warm_up(found, [sheet for sheet, _ in pages[::30]])
    scores = {name: public.judge(reader, pages, scorer) for name, reader in found.items()}
    halves = [public.half(sheet.name) for sheet, _ in pages]
    print(f"### article-extraction-benchmark ({len(pages)} pages)\n")
    titles = [f"F1, {half} ({halves.count(half)})" for half in (public.SEEN, public.UNSEEN)]
    print("| | ms a page: median | mean | precision | recall | F1 | " + " | ".join(titles) + " |")
    print("|---|---|---|---|---|---|---|---|")
    for name, score in scores.items():
        f, precision, recall = averages(score.bodies)
        parts = [
            averages(body for body, held in zip(score.bodies, halves, strict=True) if held == half)[0]
            for half in (public.SEEN, public.UNSEEN)
        ]
        print(
            f"| {name} | {score.median:.1f} | {score.mean:.1f} | {precision:.3f} | {recall:.3f} | {f:.3f} | "
            + " | ".join(f"{part:.3f}" for part in parts)
            + " |"
        )
    print(_failures(scores))
    if misses:
        seen = [
            (f1(body), sheet)
            for body, (sheet, _), half in zip(scores["newsarchive"].bodies, pages, halves, strict=True)
            if half == public.SEEN
        ]
        for value, sheet in sorted(seen, key=lambda pair: pair[0])[:20]:
            print(f"{value:.3f}\t{sheet.name[:12]}\t{sheet.url}")


def _share(score: Score, field: str) -> str:
    return f"{score.right[field]}/{score.judged[field]}" if score.judged[field] else "–"


def _failures(scores: dict[str, Score]) -> str:
    failed = [f"{name} failed on {score.failures} pages." for name, score in scores.items() if score.failures]
    return "\n" + "  \n".join(failed) + ("\n" if failed else "")


if __name__ == "__main__":
    main()
