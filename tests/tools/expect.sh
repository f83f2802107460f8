# SPDX-License-Identifier: GPL-2.0-or-later
# expect STATUS TEXT COMMAND...: the command ends with STATUS and says TEXT, or the test fails. For
# scripts to source.
expect() {
	local status=0 said
	said=$("${@:3}" 2>&1) || status=$?
	if [ "$status" -ne "$1" ] || [[ $said != *"$2"* ]]; then
		echo "${*:3}: ended with $status, expected $1 and '$2'; it said:"
		echo "$said"
		exit 1
	fi
}
