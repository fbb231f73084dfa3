package tree

// Bool returns the value of a boolean. Plain YAML 1.1 words (yes, no, on, off,
// y, n) count, since Kubernetes' and Compose's readers take them so; a tag
// says that they are something else.
func (n *Node) Bool() (value, ok bool) {
	if n == nil || n.Style != Plain || n.Kind != Bool && (n.Kind != String || n.Tag != "") {
		return false, false
	}
	switch n.Text {
	case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y":
		return true, true
	case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N":
		return false, true
	}
	return false, false
}
