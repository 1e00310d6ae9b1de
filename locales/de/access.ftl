## Rechte, Teams und wer man ist.

refused-right = Dir fehlt hier das Recht **{ $right }**. `/whoami` zeigt, was du darfst; Rechte vergeben die Betreuer der Plattform.
refused-narrowed = Das Recht dazu hast du, aber dieser Befehl ist { $groups } vorbehalten. Frag dort jemanden, oder die Betreuer der Plattform.
refused-team-unknown = Dieses Team gibt es hier nicht. Lass die Option weg, oder nimm eines der Teams, die beim Tippen angeboten werden.
refused-team-foreign = Du gehörst nicht zum Team **{ $team }**. Lass die Option weg, oder bitte jemanden aus diesem Team.
refused-team-several = Du gehörst zu mehreren Teams: { $teams }. Sag mit der Option `team`, welches du meinst.
refused-team-none = Du gehörst zu keinem Team, das hier bekannt ist. Bitte die Betreuer der Plattform um die Rolle deines Teams, oder nenne eines mit der Option `team`.
refused-not-your-team = **{ $name }** gehört dem Team { $team }. Frag jemanden aus diesem Team oder die Betreuer der Plattform.
refused-quota = Team { $team } nutzt { $used } von { $quota } Umgebungen. Beende eine mit `/env destroy` und frag dann noch einmal; `/env list` zeigt alle.

## Was jedes Recht erlaubt, so wie `/whoami` es aufzählt.

right-environment-see = Umgebungen und ihre Logs sehen
right-environment-create = Umgebungen für dein eigenes Team anfordern
right-environment-manage = Umgebungen deines eigenen Teams verlängern und abbauen
right-environment-manage-any = Umgebungen aller Teams verlängern und abbauen
right-environment-pin = Umgebungen anheften, sodass sie nicht von selbst enden
right-environment-approve = Umgebungen anderer zustimmen oder sie ablehnen
right-deployment-see = sehen, was wo läuft, und den Verlauf
right-deployment-request = Deployments anfordern
right-deployment-approve = Deployments anderer freigeben und ablehnen
right-deployment-rollback = zurückrollen
right-survey-manage = Umfragerunden öffnen und schließen
right-survey-results = veröffentlichte Umfrageergebnisse sehen
right-digest-preview = einen Digest vor dem Erscheinen sehen
right-digest-post = einen Digest jetzt veröffentlichen
right-platform-keep = sehen, was die Betreuer der Plattform angeht

## /whoami

whoami-title = Du bist { $person }
whoami-team = Dein Team: **{ $team }** (verantwortlich: { $owner })
whoami-team-none = Du gehörst zu keinem Team. Die Betreuer der Plattform können dir die Rolle deines Teams geben.
whoami-team-default = Du gehörst zu keinem Team, deshalb gilt für Befehle das Team **{ $team }**. Die Betreuer der Plattform können dir die Rolle deines Teams geben.
whoami-team-several = Du gehörst zu mehreren Teams: { $teams }. Befehle fragen, welches du meinst.
whoami-groups = Deine Gruppen: { $groups }
whoami-groups-none = Du gehörst zu keiner Gruppe dieser Plattform; dir stehen darum nur `/help` und `/whoami` offen. Frag die Betreuer der Plattform.
whoami-rights = Du darfst:
whoami-rights-none = Du hast hier noch keine Rechte.
whoami-environments =
    { $used ->
        [0] Dein Team hat gerade keine Umgebung; es darf { $quota } haben.
       *[other] Dein Team nutzt { $used } von { $quota } Umgebungen.
    }
whoami-language = Private Antworten kommen auf Deutsch, so wie dein Discord eingestellt ist.
whoami-next = Was jetzt? `/help` zeigt die Befehle, die dir offenstehen.
