// Converts a project as a deployment does, and prints the components and the manifest.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ComponentSet, MetadataConverter } from '@salesforce/source-deploy-retrieve';

const [source, target] = process.argv.slice(2);
const components = ComponentSet.fromSource(source);
const { packagePath } = await new MetadataConverter().convert(components, 'metadata', {
  type: 'directory',
  outputDirectory: target,
  packageName: 'out',
});
const parsed = {};
for (const one of components.getSourceComponents()) {
  parsed[`${one.type.name} ${one.fullName}`] = await one.parseXml();
}
const files = readdirSync(packagePath, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(packagePath.length + 1));
const manifest = readFileSync(join(packagePath, 'package.xml'), 'utf8');
// Leaving at once would cut what a pipe has not taken yet.
const text = JSON.stringify({ parsed, files: files.sort(), manifest });
process.stdout.write(`${text}\n`, () => process.exit(0));
