package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"guard/internal/bench/peer"
)

var peers = []peer.Peer{
	peer.Conftest,
	{Name: "gator", Module: "github.com/open-policy-agent/gatekeeper/v3", Version: "v3.23.1", Command: "cmd/gator"},
	{Name: "kyverno", Module: "github.com/kyverno/kyverno", Version: "v1.19.1", Command: "cmd/cli/kubectl-kyverno", Alone: true},
}

// choose returns the peers of these names.
func choose(names string) (chosen []peer.Peer, err error) {
	for _, name := range strings.FieldsFunc(names, func(r rune) bool { return r == ',' }) {
		i := slices.IndexFunc(peers, func(p peer.Peer) bool { return p.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("unknown peer %q, expected some of conftest, gator, kyverno", name)
		}
		chosen = append(chosen, peers[i])
	}
	return chosen, nil
}

// build returns the path of every tool by name.
func build(ctx context.Context, o options, peers []peer.Peer) (map[string]string, error) {
	guard, err := filepath.Abs(o.guard)
	if err != nil {
		return nil, err
	}
	tools := map[string]string{"guard": guard}
	for _, p := range peers {
		if tools[p.Name], err = p.Build(ctx, o.cache); err != nil {
			return nil, err
		}
	}
	return tools, nil
}
