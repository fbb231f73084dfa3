package policy

import (
	"reflect"

	"guard/internal/document"
	"guard/internal/imageref"
	"guard/internal/pipeline"
)

// valuesOf lists all values of the types that have a few.
var valuesOf = map[reflect.Type][]string{
	reflect.TypeFor[document.Kind](): texts(document.Kinds),
	reflect.TypeFor[document.Role](): texts([]document.Role{
		document.RoleBase, document.RoleContainer, document.RoleInit, document.RoleEphemeral, document.RoleVolume, document.RoleService,
		document.RoleBuilt, document.RolePushed, document.RoleDeployed, document.RoleAction, document.RoleJob,
	}),
	reflect.TypeFor[imageref.Class](): texts([]imageref.Class{
		imageref.ClassDigest, imageref.ClassSHA, imageref.ClassShortSHA, imageref.ClassBranchSHA, imageref.ClassDateSHA, imageref.ClassSemver,
		imageref.ClassFloatingVersion, imageref.ClassDate, imageref.ClassNumber, imageref.ClassBranch, imageref.ClassChannel, imageref.ClassLatest,
		imageref.ClassNone, imageref.ClassOther, imageref.ClassUnknown,
	}),
	reflect.TypeFor[pipeline.ActivityKind](): texts(pipeline.ActivityKinds),
}

func texts[T ~string](list []T) []string {
	texts := make([]string, len(list))
	for i, value := range list {
		texts[i] = string(value)
	}
	return texts
}
