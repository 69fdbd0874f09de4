// Copies the front-end parts that package-lock.json pins to where the console serves them.
import { copyFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "..", "node_modules");
const vendor = join(here, "static", "vendor");

// The same names stand in console/assets.py, which refuses to start without them.
const parts = {
  "htmx.min.js": "htmx.org/dist/htmx.min.js",
  "htmx.LICENSE": "htmx.org/LICENSE",
  "wavesurfer.esm.js": "wavesurfer.js/dist/wavesurfer.esm.js",
  "regions.esm.js": "wavesurfer.js/dist/plugins/regions.esm.js",
  "timeline.esm.js": "wavesurfer.js/dist/plugins/timeline.esm.js",
  "wavesurfer.LICENSE": "wavesurfer.js/LICENSE",
};

mkdirSync(vendor, { recursive: true });
for (const [name, source] of Object.entries(parts)) {
  copyFileSync(join(modules, source), join(vendor, name));
}
process.stdout.write(`copied ${Object.keys(parts).length} files to console/static/vendor\n`);
