import { Command } from 'commander';
import { expect, test } from 'vitest';
import { allCommands } from './all-commands.ts';

test.each(allCommands.map((module) => [Object.keys(module.commands).join(', '), module] as const))(
  'the list says of %s what the command itself says',
  async (_usages, { load, commands, unlisted = [] }) => {
    const program = new Command();
    (await load())(program, {});
    const listed = program.commands.filter((one) => !unlisted.includes(one.name()));
    expect(Object.fromEntries(listed.map((one) => [usageOf(one), one.description()]))).toEqual(commands);
  },
);

function usageOf(command: Command): string {
  const names = command.registeredArguments.map((one) => {
    const name = `${one.name()}${one.variadic ? '...' : ''}`;
    return one.required ? `<${name}>` : `[${name}]`;
  });
  return [command.name(), ...names].join(' ');
}
