package document

// volumes reads the volumes of a Pod; an image volume is an image as well.
func (r *reader) volumes(p place) []Volume {
	volumes := []Volume{}
	for i, at := range r.maps(p) {
		v := Volume{Name: r.text(at.get("name")).Value, Path: at.path}
		v.Holder = holderName("volume", "", v.Name, i)
		v.Type = volumeType(at)
		v.Source = at.path
		if v.Type != "" {
			v.Source = at.get(v.Type).path
		}
		v.HostPath = r.hostPath(at.get("hostPath"))
		r.imageVolume(at, v.Holder)
		volumes = append(volumes, v)
	}
	return volumes
}

// volumeType is the key that makes a volume what it is. hostPath comes first,
// so that a second key beside it cannot hide it.
func volumeType(volume place) string {
	if volume.node.Get("hostPath").IsSet() {
		return "hostPath"
	}
	for _, m := range volume.node.Members {
		if m.Key.Text != "name" && m.Value.IsSet() {
			return m.Key.Text
		}
	}
	return ""
}

func (r *reader) hostPath(p place) Text {
	return r.text(r.mapping(p).get("path"))
}

func (r *reader) imageVolume(volume place, holder string) {
	source := r.mapping(volume.get("image"))
	reference := r.text(source.get("reference"))
	if reference.Value == "" {
		return
	}
	image := r.load.image(reference.Value, reference.Path, RoleVolume, holder)
	image.PullRule = r.text(source.get("pullPolicy")).Value
	r.doc.Images = append(r.doc.Images, image)
}
