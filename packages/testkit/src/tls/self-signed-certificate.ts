import { generateKeyPairSync, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';

/** In PEM. */
export interface Certificate {
  readonly key: string;
  readonly certificate: string;
}

const oid = {
  ecdsaWithSha256: [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02],
  commonName: [0x55, 0x04, 0x03],
  subjectAlternativeName: [0x55, 0x1d, 0x11],
  basicConstraints: [0x55, 0x1d, 0x13],
};
const algorithm = sequence(der(0x06, oid.ecdsaWithSha256));
const name = sequence(der(0x31, sequence(der(0x06, oid.commonName), der(0x0c, Buffer.from('Winnow tests')))));

/**
 * Makes a certificate for a host that signs itself, with a key of its own, so that no key is kept anywhere.
 * Written by hand, since Node has no call for it: X.509 version 3, RFC 5280.
 * @param host name, or address of IPv4.
 */
export function selfSignedCertificate(host = '127.0.0.1'): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const signed = sequence(
    der(0xa0, der(0x02, [2])),
    der(0x02, [1]),
    algorithm,
    name,
    sequence(generalizedTime('20200101000000Z'), generalizedTime('21200101000000Z')),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(isAuthority(), forHost(host))),
  );
  const signature = sign('sha256', signed, privateKey);
  const certificate = sequence(signed, algorithm, der(0x03, [0], signature));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificate: `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64')}\n-----END CERTIFICATE-----\n`,
  };
}

function isAuthority(): Buffer {
  const yes = der(0x01, [0xff]);
  return sequence(der(0x06, oid.basicConstraints), yes, der(0x04, sequence(yes)));
}

function forHost(host: string): Buffer {
  const named = isIPv4(host) ? der(0x87, host.split('.').map(Number)) : der(0x82, Buffer.from(host));
  return sequence(der(0x06, oid.subjectAlternativeName), der(0x04, sequence(named)));
}

function generalizedTime(text: string): Buffer {
  return der(0x18, Buffer.from(text));
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return der(0x30, ...parts);
}

/** A value in DER: tag, length, content. */
function der(tag: number, ...parts: readonly (Uint8Array | readonly number[])[]): Buffer {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const { length } = content;
  const lengthBytes =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...lengthBytes]), content]);
}
