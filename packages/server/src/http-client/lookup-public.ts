import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isPublicAddress } from './address-policy.ts';

export class PrivateAddressError extends Error {
  constructor(host: string) {
    super(`${host} has a private address: name it in TIDEGATE_OUTBOUND_ALLOW if the server may reach it.`);
  }
}

/** For a connection that is being made: what it is given is what is connected to. */
export const lookupPublic: LookupFunction = (hostname, options, found) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return found(error, '');
    const [first] = addresses;
    // One private address among public ones is as good as private: which one is used is not ours to say.
    if (first === undefined || !addresses.every(({ address }) => isPublicAddress(address))) {
      return found(new PrivateAddressError(hostname), '');
    }
    return options.all === true ? found(null, addresses) : found(null, first.address, first.family);
  });
};
