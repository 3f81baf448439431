import { expect, test } from 'vitest';
import type { NotebookWidget } from './notebook-widget.ts';

/**
 * What every notebook must do, whichever application shows it: tests on a fresh notebook with a Python kernel, whose
 * cells 0 to 8 they fill.
 * @param shown the notebook, once the tests run
 */
export function testNotebookWork(shown: () => NotebookWidget): void {
  test('runs a cell and shows its output', async () => {
    await shown().runToShow(0, 'x = 41\nprint("hello from", x + 1)', 'hello from 42');
  });

  test('shows ANSI colours', async () => {
    await shown().runToEnd(1, 'print("\\x1b[31mred\\x1b[0m plain")');
    expect(await shown().output(1).locator('.ansi-red-fg').innerText()).toBe('red');
  });

  test('shows LaTeX', async () => {
    await shown().runToEnd(2, 'from IPython.display import Math\nMath(r"\\int_0^1 x^2\\,dx = \\frac{1}{3}")');
    await shown().output(2).locator('mjx-container').waitFor();
  });

  test('shows a plot', async () => {
    await shown().runToEnd(
      3,
      '%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 4, 9, 16]);',
    );
    const image = shown().output(3).locator('img');
    await image.waitFor();
    const width = await image.evaluate((element) => (element as HTMLImageElement).naturalWidth);
    expect(width).toBeGreaterThan(200);
  });

  test('shows a table', async () => {
    await shown().runToEnd(4, 'import pandas as pd\npd.DataFrame({"a": [1, 2], "b": ["x", "y"]})');
    const cells = shown().output(4).locator('table.dataframe td');
    expect(await cells.allInnerTexts()).toEqual(['1', 'x', '2', 'y']);
  });

  test('I9: moves a slider, and the kernel answers', async () => {
    await shown().runToEnd(
      5,
      'import ipywidgets\nipywidgets.interact(lambda n: print("n is", n), n=(0, 10));',
    );
    const cell = shown().cell(5);
    const handle = cell.locator('.noUi-handle');
    await handle.waitFor();
    await cell.getByText('n is 5').waitFor();
    const { mouse } = shown().page;
    await handle.hover();
    await mouse.down();
    await mouse.move(1_000, 0, { steps: 10 });
    await mouse.up();
    await cell.getByText('n is 10').waitFor();
  });

  test('asks for input', async () => {
    await shown().run(6, 'print("hello", input("Who? "))');
    await shown().cell(6).locator('.jp-Stdin-input').fill('Ada');
    await shown().page.keyboard.press('Enter');
    await shown().cell(6).getByText('hello Ada').waitFor();
    await shown().done(6);
  });

  test('interrupts', async () => {
    await shown().run(7, 'import time\nwhile True: time.sleep(0.1)');
    await shown().cell(7).locator('.jp-InputPrompt', { hasText: '[*]' }).waitFor();
    await shown().toolbarButton('notebook:interrupt-kernel').click();
    await shown().output(7).getByText('KeyboardInterrupt').first().waitFor();
    await shown().done(7);
  });

  test('restarts', async () => {
    await shown().toolbarButton('notebook:restart-kernel').click();
    await shown().page.locator('.jp-Dialog .jp-mod-accept').click();
    await shown().idle();
    await shown().runToShow(8, 'x', 'NameError');
  });
}
