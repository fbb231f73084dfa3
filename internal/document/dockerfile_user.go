package document

import (
	"math"
	"strconv"
	"strings"
)

// The states of a stage's user.
const (
	userRoot       = "root"
	userNumeric    = "numeric"
	userNamed      = "named"
	userUnknown    = "unknown"
	userOutOfRange = "out-of-range"
	userMissing    = "missing"
)

// setUser notes a USER. One behind ONBUILD is for other images.
func (s *stageReader) setUser(r *instructionReader) {
	if r.onBuild || len(r.words.args) == 0 {
		return
	}
	value, unknown := s.scope.expand(r.words.args[0].text)
	value = strings.TrimSpace(value)
	user := User{State: userState(value), Value: value, Path: r.path.With("args", 0), Stage: s.Index}
	if len(unknown) > 0 && strings.Contains(userPart(value), "$") {
		user.State = userUnknown
		s.incomplete(user.Path, "%s: USER %s is not known here: %s has no value in this file", s.Holder, value, strings.Join(unknown, ", "))
	}
	s.user = &user
}

// endUser is the user at the end of the stage, parents asked.
func (s *stageReader) endUser() User {
	if s.user != nil {
		return *s.user
	}
	root := s.stages[s.Chain[len(s.Chain)-1]]
	return User{State: userMissing, Path: root.Path, Stage: root.Index}
}

// userPart is what stands before the group.
func userPart(value string) string {
	user, _, _ := strings.Cut(value, ":")
	return user
}

// administrators are the users of Windows images that may do everything.
var administrators = []string{"containeradministrator", "administrator", `nt authority\system`}

// userState says what a USER is. Runtimes read digits, signs included, as an
// id; a name that is empty is id 0; ids beyond 32 bits wrap around in some.
func userState(value string) string {
	user := userPart(value)
	if user == "" || user == "root" {
		return userRoot
	}
	for _, name := range administrators {
		if strings.EqualFold(user, name) {
			return userRoot
		}
	}
	if strings.Trim(user, "0123456789") != "" && strings.Trim(user[1:], "0123456789") != "" || user == "+" || user == "-" || !strings.ContainsAny(user[:1], "+-0123456789") {
		return userNamed
	}
	id, err := strconv.Atoi(user)
	switch {
	case err != nil || id < 0 || id > math.MaxInt32:
		return userOutOfRange
	case id == 0:
		return userRoot
	}
	return userNumeric
}
