package document

// security reads the securityContext of a Pod or a container.
func (r *reader) security(p place) SecurityContext {
	p = r.mapping(p)
	capabilities := r.mapping(p.get("capabilities"))
	seccomp := r.mapping(p.get("seccompProfile"))
	appArmor := r.mapping(p.get("appArmorProfile"))
	seLinux := r.mapping(p.get("seLinuxOptions"))
	windows := r.mapping(p.get("windowsOptions"))
	return SecurityContext{
		Path:                     p.path,
		RunAsNonRoot:             r.flag(p.get("runAsNonRoot")),
		RunAsUser:                r.number(p.get("runAsUser")),
		RunAsGroup:               r.number(p.get("runAsGroup")),
		Privileged:               r.flag(p.get("privileged")),
		AllowPrivilegeEscalation: r.flag(p.get("allowPrivilegeEscalation")),
		ReadOnlyRootFilesystem:   r.flag(p.get("readOnlyRootFilesystem")),
		CapabilitiesAdd:          r.texts(capabilities.get("add")),
		CapabilitiesDrop:         r.texts(capabilities.get("drop")),
		Capabilities:             capabilities.path,
		Seccomp:                  r.text(seccomp.get("type")),
		AppArmor:                 r.text(appArmor.get("type")),
		SELinuxType:              r.text(seLinux.get("type")),
		SELinuxUser:              r.text(seLinux.get("user")),
		SELinuxRole:              r.text(seLinux.get("role")),
		ProcMount:                r.text(p.get("procMount")),
		WindowsHostProcess:       r.flag(windows.get("hostProcess")),
	}
}

// over is the context that counts for a container whose own is s, in a Pod
// whose own is pod. What both leave open is unset, with the container's path.
func (s SecurityContext) over(pod SecurityContext) SecurityContext {
	s.RunAsNonRoot = s.RunAsNonRoot.or(pod.RunAsNonRoot)
	s.RunAsUser = s.RunAsUser.or(pod.RunAsUser)
	s.RunAsGroup = s.RunAsGroup.or(pod.RunAsGroup)
	s.Seccomp = s.Seccomp.or(pod.Seccomp)
	s.AppArmor = s.AppArmor.or(pod.AppArmor)
	s.WindowsHostProcess = s.WindowsHostProcess.or(pod.WindowsHostProcess)
	if s.SELinuxType.Value+s.SELinuxUser.Value+s.SELinuxRole.Value == "" {
		s.SELinuxType = s.SELinuxType.or(pod.SELinuxType)
		s.SELinuxUser = s.SELinuxUser.or(pod.SELinuxUser)
		s.SELinuxRole = s.SELinuxRole.or(pod.SELinuxRole)
	}
	return s
}

// overTemplate is the context of a container over one of the same form that
// gives defaults to all containers.
func (s SecurityContext) overTemplate(template SecurityContext) SecurityContext {
	s.Privileged = s.Privileged.or(template.Privileged)
	s.AllowPrivilegeEscalation = s.AllowPrivilegeEscalation.or(template.AllowPrivilegeEscalation)
	s.ReadOnlyRootFilesystem = s.ReadOnlyRootFilesystem.or(template.ReadOnlyRootFilesystem)
	s.ProcMount = s.ProcMount.or(template.ProcMount)
	if len(s.CapabilitiesAdd)+len(s.CapabilitiesDrop) == 0 && len(template.CapabilitiesAdd)+len(template.CapabilitiesDrop) > 0 {
		s.CapabilitiesAdd, s.CapabilitiesDrop, s.Capabilities = template.CapabilitiesAdd, template.CapabilitiesDrop, template.Capabilities
	}
	return s.over(template)
}

func (f Flag) or(other Flag) Flag {
	if f.Value == nil && other.Value != nil {
		return other
	}
	return f
}

func (n Number) or(other Number) Number {
	if n.Value == nil && other.Value != nil {
		return other
	}
	return n
}

func (t Text) or(other Text) Text {
	if t.Value == "" && other.Value != "" {
		return other
	}
	return t
}
