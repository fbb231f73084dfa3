package imageref

import "fmt"

// meaning decides what the words of a tag come to. What proves most is asked
// first: a commit, then a release, then a day.
func (w *words) meaning() meaning {
	m := meaning{commit: w.commit, version: w.version, precision: w.precision}
	switch {
	case w.all&isDirty != 0:
		m.class, m.commit = ClassOther, ""
		m.reason = "it was built from uncommitted changes, as dirty in it says"
	case w.commit != "":
		m.class = w.commitClass()
	case w.first&isTopic != 0 && (w.count > 1 || w.first&isNumbered != 0):
		m.class, m.version, m.precision = ClassBranch, "", 0
	case w.doubtful():
		m.class, m.readings = ClassNumber, []Class{ClassNumber, ClassBranchSHA}
		m.reason = fmt.Sprintf("%s in it may be a number or an abbreviated commit", w.number)
	case w.version != "":
		m.class = w.versionClass()
	default:
		return w.nameMeaning()
	}
	return m
}

func (w *words) commitClass() Class {
	switch {
	case w.date:
		return ClassDateSHA
	case w.decorated:
		return ClassBranchSHA
	case len(w.commit) == 40 || len(w.commit) == 64:
		return ClassSHA
	default:
		return ClassShortSHA
	}
}

// doubtful tells whether a running number is as long as an abbreviated commit
// and nothing says which of the two it is.
func (w *words) doubtful() bool {
	n := len(w.number)
	return n >= shortestCommit && n <= 12 && w.version == "" && !w.date && w.all&isBuild == 0
}

func (w *words) versionClass() Class {
	switch {
	case w.precision >= exact && w.all&(isMoving|isLatest) == 0:
		return ClassSemver
	case w.date:
		return ClassDate
	default:
		return ClassFloatingVersion
	}
}

// nameMeaning decides on a tag without commit and version.
func (w *words) nameMeaning() meaning {
	switch {
	case w.date:
		return meaning{class: ClassDate}
	case w.number != "":
		return w.numberMeaning()
	case w.first&isBranch != 0 && w.strange == 0:
		return meaning{class: ClassBranch}
	case w.all&isLatest != 0:
		return meaning{class: ClassChannel}
	case w.strange > 0:
		return meaning{class: ClassOther}
	case w.all&isChannel != 0:
		return meaning{class: ClassChannel}
	case w.all&isCodename != 0:
		return meaning{class: ClassFloatingVersion, version: w.codename, precision: 2}
	case w.all&isFlavour != 0 && w.all&(isNeutral|isNumbered) == 0:
		return meaning{class: ClassChannel}
	default:
		return meaning{class: ClassOther}
	}
}

// numberMeaning decides on a tag with a running number: build-42, main-123.
func (w *words) numberMeaning() meaning {
	if w.all&(isBuild|isBranch|isChannel|isLatest) != 0 || w.count == 1 {
		return meaning{class: ClassNumber}
	}
	return meaning{class: ClassOther}
}
