/** OpenAI's published prices on its own server, dollars a second: up to 1280 pixels wide or high, and above. */
const OPENAI_PRICES: Record<string, { small: number; large: number }> = {
  'sora-2': { small: 0.1, large: 0.1 },
  'sora-2-pro': { small: 0.3, large: 0.5 },
};

/**
 * What a second of video costs, dollars. Other servers than OpenAI's have prices that only the person knows.
 * @param baseUrl of OPENAI_BASE_URL. @returns undefined where nobody knows.
 */
export function dollarsPerSecond(
  provider: string,
  model: string,
  { width, height }: { width: number; height: number },
  baseUrl: string | undefined,
): number | undefined {
  if (provider === 'procedural' || provider === 'file') return 0;
  if (baseUrl && !baseUrl.startsWith('https://api.openai.com')) return undefined;
  const prices = OPENAI_PRICES[model.replace(/-\d{4}-\d{2}-\d{2}$/, '')];
  return prices && (Math.max(width, height) > 1280 ? prices.large : prices.small);
}
