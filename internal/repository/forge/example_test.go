package forge_test

import (
	"fmt"
	"strings"

	"guard/internal/repository/forge"
)

func ExampleSnapshot_Environment() {
	s := &forge.Snapshot{Version: forge.Version, Forge: forge.GitHubName, Host: "github.com", Repository: "acme/shop"}
	fmt.Println(s.Environment("production").RequiredApprovals.Get())

	var unread *forge.Snapshot
	_, known := unread.Environment("production").RequiredApprovals.Get()
	fmt.Println(known)

	_, err := forge.Load([]byte(strings.Repeat("\n", 3) + `{"version": 2}`))
	fmt.Println(err)
	// Output:
	// 0 true
	// false
	// line 4: version: expected 1, found "2"
}
