import type { Shape } from '../shape';
import type { visits as zh } from '../zh-CN/visits';

/** Visits on site. */
export const visits: Shape<typeof zh> = {
  title: 'Visit on site', tab: 'Visits', none: 'This task has no visit yet.', start: 'Write up a visit', goOn: 'Go on writing', back: 'Back to the desk', loading: 'Opening', suggested_duty: 'By its rule this task asks for a visit.', suggested_large_contract: 'The customer’s contracts reach three million: a visit is due (C-11).', suggested_wish: 'The customer wishes to be visited (C-14).',
  at: 'When', place: 'Where', met: 'Who was met', content: 'Content', problems: 'Problems', handling: 'Handling', none_hint: 'Say “none” where there is none.', questions: 'Questionnaire', answers: 'Answers', signature: 'Customer’s signature', sign: 'The customer signs in this field', clear: 'Sign again', signedName: 'Name of who signed', unsigned: 'The customer did not sign', unsignedReason: 'Why not', asSigned: 'The customer’s signature',
  photos: 'Photos', photosLater: 'Save the draft first, then add photos.', draft: 'Save the draft', draftSaved: 'Draft saved', finish: 'Finish, and close the task', finished: 'The visit is written up', number: 'Number', agent: 'Written by', score: 'Score', of: 'Visit to {{name}}', needed: 'required', signedPoints: 'signed', answersMissing: 'A required question is not answered, or an answer is not allowed.', signatureMissing: 'The customer signs, or the reason why not is given.', timeWrong: 'The time is required and must not lie ahead.',
};
