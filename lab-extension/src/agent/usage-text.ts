import type { ModelSummary } from './agents-client.ts';
import type { TokenUsage, TurnModel } from './turn-model.ts';

/** In the money of whoever wrote down the prices; null where a price is not known. */
export function costOf(usage: TokenUsage, model: ModelSummary | null): number | null {
  if (model === null || model.input_price === null || model.output_price === null) return null;
  return (usage.inputTokens * model.input_price + usage.outputTokens * model.output_price) / 1e6;
}

/** `1,204 tokens in, 88 out · 0.0031`; empty where nobody said how many. */
export function usageText(usage: TokenUsage | null, cost: number | null): string {
  if (usage === null) return '';
  const tokens = `${usage.inputTokens.toLocaleString()} tokens in, ${usage.outputTokens.toLocaleString()} out`;
  return cost === null ? tokens : `${tokens} · cost ${moneyText(cost)}`;
}

/** Of all turns together; the cost only where that of each is known. */
export function threadUsageText(
  turns: readonly TurnModel[],
  modelOf: (modelId: string) => ModelSummary | null,
): string {
  const said = turns.flatMap(({ usage, modelId }) =>
    usage === null ? [] : [{ usage, cost: costOf(usage, modelOf(modelId)) }],
  );
  if (said.length === 0) return '';
  const sum = said.reduce(
    (all, { usage }) => ({
      inputTokens: all.inputTokens + usage.inputTokens,
      outputTokens: all.outputTokens + usage.outputTokens,
      cachedInputTokens: all.cachedInputTokens + usage.cachedInputTokens,
    }),
    { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0 },
  );
  const costs = said.map(({ cost }) => cost);
  const cost = costs.every((each) => each !== null) ? costs.reduce((all, each) => all + each, 0) : null;
  return usageText(sum, cost);
}

function moneyText(cost: number): string {
  return cost.toLocaleString(undefined, { maximumSignificantDigits: 2 });
}
