"""What a journal book is drawn from: everything that the record has for it."""

from __future__ import annotations

from sync_service.books.render.journal import CourseSheet, JournalBook
from sync_service.domain.privacy import Mask, Names
from sync_service.domain.scheduling import NOTHING_YET, spares
from sync_service.domain.school import Directory, PlanItem
from sync_service.reconcile.layout import tells_about
from sync_service.reconcile.regime import has_regime
from sync_service.records import queries
from sync_service.usecases.annotating import about_pupils
from sync_service.usecases.composition import BookSpec
from sync_service.usecases.extended_day import composition
from sync_service.usecases.opening import kinds_in_google
from sync_service.usecases.privacy import google_mask
from sync_service.usecases.workspace import Workspace


def journal_book(workspace: Workspace, directory: Directory, spec: BookSpec, generation: int = 1) -> JournalBook:
    """Everything that the renderer needs to draw a journal book, with names as its place may show them."""
    in_google = spec.kind in kinds_in_google(workspace.config)
    mask = google_mask(workspace.config) if in_google else Mask(Names.FULL, ())
    names = {employee.code: employee.short_name for employee in directory.employees}
    had = queries.had_lessons([course.code for course in spec.courses])
    plan: dict[str, list[PlanItem]] = {}
    for item in directory.plan:
        hidden = {"topic": mask.hidden(item.topic), "homework": mask.hidden(item.homework)}
        plan.setdefault(item.course, []).append(item.model_copy(update=hidden))
    return JournalBook(
        book=spec.book,
        title=spec.title,
        school=directory.school,
        year=directory.year,
        generation=generation,
        courses=tuple(
            CourseSheet(
                course=course,
                teacher_name=names[course.teacher],
                pupils=queries.course_pupils(course, None),
                lessons=queries.scheduled(course.code),
                plan=tuple(plan.get(course.code, ())),
                about=about_pupils(course) if tells_about(course) else {},
                composition=composition(course, directory, mask) if has_regime(course) else (),
                spares=spares(course, directory.year, had.get(course.code, NOTHING_YET)),
                gone=queries.gone_from(course, workspace.today),
            )
            for course in spec.courses
        ),
        work_types=directory.work_types,
        classes=spec.classes,
        policy=queries.policy(workspace.today),
        today=workspace.today,
        names=mask.names.value,
        pupils=tuple(pupil for pupil in queries.pupils() if pupil.school_class in spec.classes),
        kind=spec.kind,
    )
