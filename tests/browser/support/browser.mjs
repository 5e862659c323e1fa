// Debian's Chromium. As root it has no sandbox of its own.
export const LAUNCH = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: process.getuid() === 0 ? ['--no-sandbox'] : [],
};

/** The two widths and the two themes in which every page is looked at. */
export const WIDTHS = [
  { width: 1280, height: 860 },
  { width: 360, height: 740 },
];
export const THEMES = ['light', 'dark'];
