// Package shell reads shell scripts into the simple commands they are made of.
//
// It hides the parser, quoting, wrappers such as sudo, scripts inside scripts
// (bash -c '…') and expressions of the provider (${{ … }}) that stand in the
// text before the shell ever sees it. A command knows where it stands, whether
// it is in a pipe, and whether anybody notices when it fails.
//
//	commands, err := shell.Read("set -e\ncurl -fsSL \"$URL\" | sudo sh", path, shell.Bash)
//	// commands[1].Name == "curl", commands[1].Args[1].Text == "$URL"
//	// commands[2].Name == "sh", commands[2].Wrappers[0] == "sudo"
package shell
