// Package authority makes the webhook's certificates where nobody else does:
// a certificate authority of its own, kept in a Secret that all replicas
// share, with an overlap, so that no handshake fails when it changes.
//
//	keeper := authority.Keeper{Store: store, Names: []string{"guard.guard.svc"}}
//	bundle, err := keeper.Ensure(ctx)   // again and again
//
// An authority is renewed long before it ends. The new one is announced first:
// it stands in the bundle that API servers trust, and signs nothing yet. Only
// when it has been announced for a while does it sign the certificate that is
// served; the old one stays in the bundle until everything it has signed is
// over.
package authority
