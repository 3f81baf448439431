import type { ChangeSummary } from '../wire/change-summary.ts';
import { changeSummary } from './change-summary.ts';
import { groupVersions } from './group-versions.ts';
import type { DeedSource, KnownVersion, VersionSource } from './history-sources.ts';

/** What happened to a file in a while, as people see it. Times are ISO 8601. */
export interface TimelineEntry {
  /** The version that it ended with. */
  readonly version: number;
  readonly time: string;
  readonly since: string;
  /** Everybody who changed, ran or saved something; empty for what another program wrote. */
  readonly people: readonly string[];
  readonly runs: { readonly count: number; readonly failed: number };
  /** Since the entry before this one; null where one of both is no longer kept. */
  readonly changes: ChangeSummary | null;
  /** Newest first. */
  readonly versions: readonly TimelineVersion[];
}

export interface TimelineVersion {
  readonly id: number;
  readonly time: string;
  /** Who saved it; null for another program. */
  readonly who: string | null;
  /** Bytes. */
  readonly size: number;
  readonly is_kept: boolean;
}

export interface TimelinePage {
  readonly path: string;
  /** Newest first. */
  readonly entries: readonly TimelineEntry[];
  /** What the people are called, by their user names. */
  readonly names: Readonly<Record<string, string>>;
  /** The next page's `before`; null for the last page. */
  readonly next: number | null;
}

/** The past of a file by saves, runs and people. */
export class Timeline {
  readonly #versions: VersionSource;
  readonly #deeds: DeedSource;
  readonly #nameOf: (username: string) => string;

  constructor(deps: {
    readonly versions: VersionSource;
    readonly deeds: DeedSource;
    readonly nameOf: (username: string) => string;
  }) {
    this.#versions = deps.versions;
    this.#deeds = deps.deeds;
    this.#nameOf = deps.nameOf;
  }

  /** @param page.before only what ended with a lower version */
  async page(
    path: string,
    { before, limit }: { readonly before: number | null; readonly limit: number },
  ): Promise<TimelinePage> {
    const all = groupVersions(await this.#versions.known(path));
    const first =
      before === null ? 0 : all.findIndex(([newest]) => newest !== undefined && newest.id < before);
    const groups = first < 0 ? [] : all.slice(first, first + limit);
    const since = all.slice(first + limit).find(([newest]) => newest?.actor !== null)?.[0]?.time ?? 0;
    const [runs, edits] = await Promise.all([this.#deeds.runs(path, since), this.#deeds.edits(path, since)]);
    const entries: TimelineEntry[] = [];
    let earlier = await this.#content(all[first + groups.length]);
    // Oldest first, so that each content is read once and two are held.
    for (const [index, group] of [...groups.entries()].reverse()) {
      const content = await this.#content(group);
      // What was done after the newest save belongs to the newest entry.
      const until = first + index === 0 ? Infinity : (group[0]?.time ?? 0);
      const isFound = group[0]?.actor === null;
      // What was found is noted only when a save replaces it: what people did before that is part of the save.
      const savedBefore = all.slice(first + index + 1).find(([newest]) => newest?.actor !== null);
      const from = isFound ? Infinity : (savedBefore?.[0]?.time ?? 0);
      const isThen = ({ time }: { readonly time: number }): boolean => time > from && time <= until;
      entries.unshift(
        await this.#entry(group, {
          runs: runs.filter(isThen),
          edits: edits.filter(isThen),
          changes: summaryOf(earlier, content, path, all[first + index + 1] === undefined),
        }),
      );
      earlier = content;
    }
    const isLast = first < 0 || first + limit >= all.length;
    const people = new Set(entries.flatMap((entry) => entry.people));
    const names = Object.fromEntries([...people].map((username) => [username, this.#nameOf(username)]));
    return { path, entries, names, next: isLast ? null : (groups.at(-1)?.[0]?.id ?? null) };
  }

  async #entry(
    group: readonly KnownVersion[],
    {
      runs,
      edits,
      changes,
    }: {
      readonly runs: Awaited<ReturnType<DeedSource['runs']>>;
      readonly edits: Awaited<ReturnType<DeedSource['edits']>>;
      readonly changes: ChangeSummary | null;
    },
  ): Promise<TimelineEntry> {
    const versions: TimelineVersion[] = [];
    for (const version of group)
      versions.push({
        id: version.id,
        time: timeOf(version.time),
        who: version.actor,
        size: version.size,
        is_kept: await this.#versions.isKept(version),
      });
    const savers = group.flatMap(({ actor }) => actor ?? []);
    const people = new Set([...edits, ...runs].map(({ actor }) => actor).concat(savers));
    return {
      version: group[0]?.id ?? 0,
      time: timeOf(group[0]?.time ?? 0),
      since: timeOf(group.at(-1)?.time ?? 0),
      people: [...people].filter(isPerson).sort(),
      runs: { count: runs.length, failed: runs.filter(({ failed }) => failed).length },
      changes,
      versions,
    };
  }

  async #content(group: readonly KnownVersion[] | undefined): Promise<Buffer | null> {
    const newest = group?.[0];
    return newest === undefined ? null : this.#versions.content(newest);
  }
}

/** Not the server itself, what came from the disk, or a kernel. */
function isPerson(actor: string): boolean {
  return actor !== 'server' && actor !== 'disk' && !actor.startsWith('kernel:');
}

function summaryOf(
  before: Buffer | null,
  after: Buffer | null,
  path: string,
  isFirst: boolean,
): ChangeSummary | null {
  if (after === null || (before === null && !isFirst)) return null;
  return changeSummary(before, after, path);
}

function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
