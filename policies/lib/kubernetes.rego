# METADATA
# scope: package
# schemas:
# - input: schema.kubernetes
package guard.lib.kubernetes

# pods are all Pods that an object holds; undefined where it holds none.
pods := array.concat([input.workload], input.kubernetes.more_pods)

# refused says why a user id is root, or none; undefined for every other one.
refused(user) := "which is root" if user == 0

refused(user) := "which is no user id" if user < 0

refused(user) := "which is above 2147483647, and root for some runtimes" if user > 2147483647
