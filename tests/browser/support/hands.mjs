// How somebody works a page: what a story says to do, done by mouse, by keyboard alone, or by finger.
import { expect } from '@playwright/test';

/** With a mouse. Without JavaScript too. */
export class Mouse {
  constructor(page) {
    this.page = page;
  }

  async press(target) {
    await target.click();
  }

  async fill(target, text) {
    await target.fill(text);
  }

  async choose(target, label) {
    await target.selectOption({ label });
  }

  /** Ticks a box, or chooses one of several, by what is written beside it. */
  async tick(target) {
    const around = this.page.locator('label').filter({ has: target });
    const id = await target.getAttribute('id');
    await this.press(id ? around.or(this.page.locator(`label[for="${id}"]`)) : around);
    await expect(target).toBeChecked();
  }
}

/** With a finger on a phone. */
export class Finger extends Mouse {
  async press(target) {
    await target.tap();
  }
}

/** With the keyboard and nothing else: what cannot be reached by Tab, or does not show that it is, fails. */
export class Keyboard {
  constructor(page) {
    this.page = page;
  }

  async press(target) {
    await this.reach(target);
    await this.page.keyboard.press('Enter');
  }

  async fill(target, text) {
    await this.reach(target);
    await this.page.keyboard.press('Control+A');
    await this.page.keyboard.press('Delete');
    await this.page.keyboard.type(text);
    await expect(target).toHaveValue(text);
  }

  async choose(target, label) {
    await this.reach(target);
    await this.page.keyboard.press('Home');
    const chosen = () => target.evaluate((select) => select.selectedOptions[0]?.label);
    const count = await target.evaluate((select) => select.options.length);
    for (let tries = 0; (await chosen()) !== label; tries++) {
      expect(tries, `"${label}" is among the choices`).toBeLessThan(count);
      await this.page.keyboard.press('ArrowDown');
    }
  }

  async tick(target) {
    if ((await target.getAttribute('type')) === 'radio') return this.pick(target);
    await this.reach(target);
    await this.page.keyboard.press('Space');
    await expect(target).toBeChecked();
  }

  /** Tab comes to one of a group of radio buttons; the arrows go from there. */
  async pick(target) {
    const name = await target.getAttribute('name');
    const group = this.page.locator(`input[type=radio][name="${name}"]`);
    const isIn = () => group.evaluateAll((all) => all.includes(document.activeElement));
    await this.tab(isIn, `the group ${name}`);
    await this.page.keyboard.press('Space');
    for (let tries = 0; !(await target.isChecked()); tries++) {
      expect(tries, `the arrows reach ${name}`).toBeLessThan(await group.count());
      await this.page.keyboard.press('ArrowDown');
    }
    const outlines = await target.evaluate((radio) =>
      [radio, ...radio.labels, ...[...radio.labels].flatMap((label) => [...label.children])].map(
        (one) => getComputedStyle(one).outlineStyle,
      ),
    );
    expect(outlines.some((style) => style !== 'none'), 'the focus is seen').toBe(true);
  }

  /** Goes to an element by Tab. */
  async reach(target) {
    await expect(target).toBeVisible();
    await this.tab(() => target.evaluate((element) => element === document.activeElement), target);
    await expect(target, 'the focus is seen').toHaveCSS('outline-style', /solid|auto|dotted|dashed/);
  }

  async tab(isThere, what) {
    for (let presses = 0; !(await isThere()); presses++) {
      expect(presses, `Tab reaches ${what}`).toBeLessThan(400);
      await this.page.keyboard.press('Tab');
    }
  }
}
