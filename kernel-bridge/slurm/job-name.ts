/** What squeue shows of us: whose jobs are ours is told by the comment, which holds nothing secret. */
export function jobName(kernelId: string): string {
  return `in-the-loop-${kernelId.slice(0, 8)}`;
}

/** @param owner which installation, and which place of it */
export function jobComment(owner: string, kernelId: string): string {
  return `in-the-loop ${owner} ${kernelId}`;
}

export interface OwnJob {
  readonly jobId: string;
  readonly kernelId: string;
}

export const OWN_JOBS_FORMAT = '%A|%k';

/** Reads what `squeue -o OWN_JOBS_FORMAT` printed: the jobs of an owner. */
export function parseOwnJobs(printed: string, owner: string): OwnJob[] {
  return printed.split('\n').flatMap((line) => {
    const [jobId = '', comment = ''] = line.split('|');
    const [program, who, kernelId] = comment.trim().split(' ');
    if (program !== 'in-the-loop' || who !== owner || kernelId === undefined) return [];
    return /^\d+$/.test(jobId) ? [{ jobId, kernelId }] : [];
  });
}
