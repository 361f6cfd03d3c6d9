import ipaddr from 'ipaddr.js';

/** What the Internet routes, of IPv6: everything else is local, mapped, or leads to an IPv4 address. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Whether an address is one of the public Internet: not of this machine, a private network, the link, a test or a
 * multicast range, and no IPv6 address that stands for an IPv4 one (mapped, compatible, NAT64, 6to4, Teredo).
 * @param address as a resolver or `URL.hostname` gives it; IPv6 without brackets, a zone makes it local.
 */
export function isPublicAddress(address: string): boolean {
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) return ipaddr.IPv4.parse(address).range() === 'unicast';
  if (!ipaddr.IPv6.isValid(address)) return false;
  const parsed = ipaddr.IPv6.parse(address);
  return parsed.zoneId === undefined && parsed.range() === 'unicast' && parsed.match(globalUnicast);
}
