import { Refusal } from '../refusal.ts';

/** The name of a field of Unleash's context, where rules of ours can read it. */
export function fieldOf(name: unknown, where: string): string {
  if (typeof name !== 'string') throw new Refusal(`${where} names no field of the context.`);
  // Every object of JavaScript has some members, which Unleash's SDK then finds in every context.
  const isTaken = name in Object.prototype || name === 'properties' || name.startsWith('properties.');
  if (isTaken || name === 'targetingKey') {
    throw new Refusal(`${where} asks for the field ${JSON.stringify(name)}, which means something else here.`);
  }
  // `DATE_…` reads it as an instant; as a text, a Date is written in the time zone of the machine.
  if (name === 'currentTime') throw new Refusal(`${where} reads the time as a text, which differs between machines.`);
  return name;
}
