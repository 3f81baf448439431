import { describe, expect, test } from 'vitest';
import { cellRun } from '../../test/doubles/cell-runs.ts';
import { SaveQuestions } from './save-questions.ts';

describe('what a page had seen when it announced a save', () => {
  const setUp = () => {
    const clock = { now: 0 };
    return { clock, questions: new SaveQuestions(() => clock.now) };
  };
  const run = cellRun();

  test('counts, and not what has reached it since', () => {
    const { questions } = setUp();
    questions.note('n.ipynb', 'ada', [run], () => 'known');
    expect(questions.takeFor('n.ipynb', 'ada', () => 'seen')(run)).toBe('known');
    questions.note('n.ipynb', 'ada', [run], () => 'seen');
    const later = questions.takeFor('n.ipynb', 'ada', () => 'seen');
    expect(later(run)).toBe('seen');
    expect(later(cellRun({ revision: 6 }))).toBe('known');
    expect(later(cellRun({ cellId: 'b' }))).toBe('unseen');
  });

  test('counts for one save, by the same user, that comes soon', () => {
    const { clock, questions } = setUp();
    questions.note('n.ipynb', 'ada', [run], () => 'known');
    expect(questions.takeFor('n.ipynb', 'bob', () => 'seen')(run)).toBe('seen');
    expect(questions.takeFor('other.ipynb', 'ada', () => 'seen')(run)).toBe('seen');
    expect(questions.takeFor('n.ipynb', 'ada', () => 'seen')(run)).toBe('known');
    expect(questions.takeFor('n.ipynb', 'ada', () => 'seen')(run)).toBe('seen');
    questions.note('n.ipynb', 'ada', [run], () => 'known');
    clock.now = 60_001;
    expect(questions.takeFor('n.ipynb', 'ada', () => 'seen')(run)).toBe('seen');
  });
});
