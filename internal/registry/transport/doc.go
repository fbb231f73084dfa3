// Package transport is the only way from guard to a registry. It takes a
// request to one registry and gives the whole answer, bounded in size and
// time, or an error of a known kind.
//
//	client, err := transport.New(transport.Options{})
//	answer, err := client.Do(ctx, transport.Request{
//		Host: "ghcr.io", Repository: "acme/shop", Path: "/v2/acme/shop/manifests/1.2.3", Limit: 4 << 20,
//	})
//	errors.Is(err, transport.ErrRefused)
//
// A registry is taken to be hostile. What it hides:
//
// Addresses are judged when they are dialled, after names were looked up, for
// every host a registry sends guard to: redirects, token services. Loopback,
// private, shared, link-local, multicast and reserved addresses, also inside
// of IPv6 forms, are refused unless the host was allowed.
//
// Plain HTTP is spoken with hosts declared insecure and with nobody else.
//
// Credentials go to the host they were found for, and to a token service of
// the same registrable domain, of a known pair (Docker Hub, GitLab), or that
// was named in Options.Realms. They follow no redirect.
//
// Proxies are those of Options.Proxies. The address of a proxy is the
// operator's choice and is not judged; the target is, as far as it can be
// looked up here.
//
// Answers are not decompressed, redirects are counted, and failures that may
// pass are tried again within the time that is left.
package transport
