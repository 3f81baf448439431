/**
 * Waits for an answer, but not for ever; a process that has nothing else to do does not wait for it.
 * @param patience in milliseconds
 * @param late what is thrown then
 */
export async function answeredInTime<Answer>(
  answer: Promise<Answer>,
  patience: number,
  late: () => Error,
): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(late()), patience).unref();
  });
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
